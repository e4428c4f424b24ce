"""Notes called against notes defined: each source once, in sources.md, called from any document."""

from __future__ import annotations

from collections.abc import Iterator

from app.content.documents.index import CourseIndex
from app.content.documents.reader import DocumentReading
from app.content.problems.catalogue import problem
from app.content.values.text import DocumentKind, Problem, Source

HOME = "modules/sources.md"


def check_notes(index: CourseIndex) -> Iterator[Problem]:
    """E20, A23, A28 and A31 of each text, then A23 and A32 of sources.md."""
    for reading in index.readings:
        if reading.kind is not DocumentKind.SOURCES:
            yield from _of_text(index, reading)
    for reading in index.of(DocumentKind.SOURCES):
        yield from _of_sources(index, reading)


def _of_text(index: CourseIndex, reading: DocumentReading) -> Iterator[Problem]:
    own = {source.label for source in reading.scan.sources}
    for call in {call.label: call for call in reversed(reading.scan.calls)}.values():
        if call.label not in own and call.label not in index.sources and not index.unreadable:
            hint = f"Ajoutez {f'à {HOME}' if index.has_sources else 'à la fin'} : [^{call.label}]: Titre, éditeur, date, <https://…>"
            yield problem(reading.path, call.line, "E20", f"La note « {call.label} » est appelée mais n’est pas définie.", hint)
    for line, words in reading.scan.unsourced:
        yield problem(reading.path, line, "A28", f"Chiffre sans source : « {words} ».", "Appelez dans ce passage la note qui le dit : [^s12].")
    called = set(reading.scan.called)
    for source in reading.scan.sources:
        if source.label not in called:
            yield problem(reading.path, source.line, "A23", f"La note « {source.label} » n’est jamais appelée.", "Appelez-la, ou effacez-la.")
        elif index.has_sources:
            yield _at_home(reading.path, source, index.sources.get(source.label))


def _at_home(path: str, source: Source, known: Source | None) -> Problem:
    """A31: what to do with a source that a text defines itself."""
    if known is None:
        hint = f"Coupez cette ligne, collez-la dans {HOME}, et complétez-la ; l’appel [^{source.label}] ne change pas."
        return problem(path, source.line, "A31", f"La source « {source.label} » est définie dans ce texte seulement.", hint)
    if known.address == source.address:
        return problem(path, source.line, "A31", f"La source « {source.label} » est déjà dans {HOME}.", "Effacez cette ligne : l’appel suffit.")
    hint = f"Donnez à celle-ci un autre nom, dans l’appel aussi, et mettez-la dans {HOME}."
    return problem(path, source.line, "A31", f"« {source.label} » désigne ici une autre source que dans {HOME}.", hint)


def _of_sources(index: CourseIndex, reading: DocumentReading) -> Iterator[Problem]:
    called = {label for each in index.readings for label in each.scan.called}
    addresses: dict[str, Source] = {}
    for source in reading.scan.sources:
        if source.label not in called:
            yield problem(reading.path, source.line, "A23", f"La note « {source.label} » n’est jamais appelée.", "Appelez-la dans un texte, ou effacez-la.")
        first = addresses.setdefault(source.address.rstrip("/"), source)
        if source.address and first is not source:
            message = f"« {source.label} » a l’adresse de « {first.label} », ligne {first.line}."
            yield problem(reading.path, source.line, "A32", message, f"Gardez-en une : partout, appelez [^{first.label}].")
