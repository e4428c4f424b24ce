"""What can be looked for, and what each kind is called. Pure."""

from __future__ import annotations

from types import MappingProxyType

from app.content.search.sections import SearchKind

PER_PAGE = 20

CHOICES = MappingProxyType(
    {
        "lecons": ("Leçons et modules", frozenset({SearchKind.LESSON, SearchKind.MODULE, SearchKind.FAQ})),
        "glossaire": ("Glossaire", frozenset({SearchKind.GLOSSARY})),
        "frise": ("Frise", frozenset({SearchKind.TIMELINE})),
        "outils": ("Outils", frozenset({SearchKind.TOOL})),
        "documents": ("Documents", frozenset({SearchKind.DOCUMENT})),
        "reseau": ("Réseau", frozenset({SearchKind.CITE, SearchKind.MEETING})),
        "questions": ("Questions des quiz", frozenset({SearchKind.QUESTION})),
        "carnet": ("Mon carnet", frozenset({SearchKind.NOTE})),
        "sources": ("Sources", frozenset({SearchKind.SOURCE})),
    }
)
"""As the address names it → what the list shows, and the kinds that it keeps."""

NAMES = MappingProxyType(
    {
        SearchKind.GLOSSARY: "Glossaire",
        SearchKind.LESSON: "Leçon",
        SearchKind.FAQ: "Question fréquente",
        SearchKind.MODULE: "Module",
        SearchKind.TOOL: "Outil",
        SearchKind.DOCUMENT: "Document",
        SearchKind.TIMELINE: "Frise",
        SearchKind.CITE: "Cité éducative",
        SearchKind.MEETING: "Rencontre",
        SearchKind.QUESTION: "Question de quiz",
        SearchKind.NOTE: "Mon carnet",
        SearchKind.SOURCE: "Source",
    }
)

OPEN_KINDS = frozenset({SearchKind.GLOSSARY, SearchKind.TIMELINE, SearchKind.CITE, SearchKind.MEETING, SearchKind.LESSON, SearchKind.FAQ})
"""What visitors may read, where the site is open to them; of lessons, those that say so."""
