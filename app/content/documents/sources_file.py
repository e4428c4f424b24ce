"""sources.md: one definition a source, each whole: `[^s12]: Titre, éditeur, date, <adresse> (catégorie : … ; lu : … ; vérifié : 2026-11)`."""

from __future__ import annotations

from app.content.documents.reference_files import Body
from app.content.text.scan import TextScan
from app.content.text.sources import EXAMPLE
from app.content.values.course import Sources
from app.content.values.text import Source


def sources(path: str, text: str) -> tuple[Sources, TextScan]:
    """Parses sources.md, in the order of the file. Prose and titles may stand between sources; no source cites another."""
    body = Body(path, text)
    for stray in body.strays("footnote_reference"):
        body.report(
            body.line_of(stray), "E09", f"Ligne non comprise : « {stray.content[:60]} ».", f"Écrivez « [^nom]: Titre, éditeur, date, <https://…> {EXAMPLE} »."
        )
    for source in body.scan.sources:
        if missing := ", ".join(_missing(source)):
            hint = f"Écrivez « [^{source.label}]: Titre, éditeur, date, <https://…> {EXAMPLE} »."
            body.report(source.line, "E28", f"Il manque à la source « {source.label} » : {missing}.", hint)
    return Sources(tuple(body.scan.sources)), body.scan


def _missing(source: Source) -> list[str]:
    parts = source.text.partition("<")[0].rstrip(" ,").count(",") + 1
    found = {
        "son titre, son éditeur ou sa date": parts >= 3,
        "son adresse": bool(source.address),
        "sa catégorie": source.kind is not None,
        "ce qui a été lu (« lu : original »)": source.read is not None,
        "sa date de vérification": source.checked is not None,
    }
    return [words for words, given in found.items() if not given]
