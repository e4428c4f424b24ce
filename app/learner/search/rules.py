"""What can be looked for, and what each kind is called. Pure."""

from __future__ import annotations

from types import MappingProxyType

from app.content.search.sections import Kind

PER_PAGE = 20

CHOICES = MappingProxyType(
    {
        "lecons": ("Leçons et modules", frozenset({Kind.LESSON, Kind.MODULE, Kind.FAQ})),
        "glossaire": ("Glossaire", frozenset({Kind.GLOSSARY})),
        "frise": ("Frise", frozenset({Kind.TIMELINE})),
        "outils": ("Outils", frozenset({Kind.TOOL})),
        "documents": ("Documents", frozenset({Kind.DOCUMENT})),
        "reseau": ("Réseau", frozenset({Kind.CITE, Kind.MEETING})),
        "questions": ("Questions des quiz", frozenset({Kind.QUESTION})),
        "carnet": ("Mon carnet", frozenset({Kind.NOTE})),
        "sources": ("Sources", frozenset({Kind.SOURCE})),
    }
)
"""As the address names it → what the list shows, and the kinds that it keeps."""

NAMES = MappingProxyType(
    {
        Kind.GLOSSARY: "Glossaire",
        Kind.LESSON: "Leçon",
        Kind.FAQ: "Question fréquente",
        Kind.MODULE: "Module",
        Kind.TOOL: "Outil",
        Kind.DOCUMENT: "Document",
        Kind.TIMELINE: "Frise",
        Kind.CITE: "Cité éducative",
        Kind.MEETING: "Rencontre",
        Kind.QUESTION: "Question de quiz",
        Kind.NOTE: "Mon carnet",
        Kind.SOURCE: "Source",
    }
)

OPEN_KINDS = frozenset({Kind.GLOSSARY, Kind.TIMELINE, Kind.CITE, Kind.MEETING, Kind.LESSON, Kind.FAQ})
"""What visitors may read, where the site is open to them; of lessons, those that say so."""
