"""What stands around the lessons of a package: its notice and licence, its manifest, and pages rewritten to stand alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from xml.etree import ElementTree as ET

from markupsafe import Markup
from msgspec import Struct

from app.content.rendering.page import prefix_names
from app.content.values.course import Course
from app.content.values.quiz import CorrectionTime
from app.content.values.text import CompletionCriterion
from app.exchange.packages.contents import PackageFormat, PackedModule
from app.platform.french import french, plural
from app.platform.site_rules import Site

DOUBTS = {
    name: french(text)
    for name, text in {
        "vide": "Vous n’avez pas encore répondu.",
        "incomplet": "Il reste des lignes sans réponse : complétez-les avant de valider.",
        "rang_double": "Un même rang est donné plusieurs fois : donnez à chaque ligne un rang différent.",
        "nombre_absent": "Écrivez le nombre en chiffres.",
        "plusieurs_nombres": "Votre réponse se lit comme plusieurs nombres : écrivez-en un seul.",
        "point_ambigu": "Ce nombre se lit de deux façons : mettez une espace entre les milliers, ou une virgule avant les décimales.",
        "autre_échelle": "Écrivez le nombre dans l’unité que demande la question.",
        "unité_exigée": "Écrivez aussi l’unité, après le nombre.",
        "deux_choses": "Votre réponse dit deux choses : le sigle n’est pas celui de ce qui l’accompagne. Écrivez l’un ou l’autre.",
        "nom_entouré": "Votre réponse dit un nom parmi d’autres mots : écrivez ce nom seul, ou une autre réponse.",
        "mot_à_relire": "Relisez votre réponse : écrivez chaque mot en entier, sans faute de frappe.",
        "autre": "Écrivez le nombre seul, ou suivi d’un mot de la question.",
    }.items()
}
"""Why an answer is asked again, as the script names it → what is told."""


def losses(made: PackedModule) -> tuple[str, ...]:
    return tuple(french(text) for text in _losses(made))


def _losses(made: PackedModule) -> Iterator[str]:
    quizzes = [step.quiz for step in made.quizzes]
    if any(quiz.policy.draw for quiz in quizzes):
        yield "Le tirage au sort : tous ceux qui ouvrent ce paquet ont les mêmes questions, dans le même ordre."
    if any(quiz.policy.max_attempts for quiz in quizzes):
        yield "Le nombre de tentatives de chaque quiz : c’est à votre plateforme de le limiter."
    if quizzes and any(quiz.policy.correction is not CorrectionTime.AFTER_EACH for quiz in quizzes):
        yield "Le moment de la correction : elle s’affiche après chaque réponse."
    if len(quizzes) > 1:
        yield "Le résultat de chaque quiz : la plateforme reçoit un seul score, tous points confondus, et le seuil le plus haut des quiz."
    if open_ones := sum(question.key.unmarked for question in made.quiz_questions):
        yield f"Le texte de {plural(open_ones, 'réponse libre', 'réponses libres')} : il est comparé avec le modèle, sans note, et n’est pas gardé."
    if any(step.lesson.territory_questions for step in made.lessons):
        yield "Le carnet : les questions de « Sur mon territoire » se lisent, mais n’offrent pas où répondre."
    if any(step.lesson.criterion is not CompletionCriterion.READ for step in made.lessons):
        yield "Les leçons qui se terminent par une rencontre : ici, les lire suffit."
    yield "La révision espacée, l’écoute à voix haute, le glossaire et la frise : les liens vers le reste du site deviennent de simples mots."
    yield "L’attestation : c’est à votre plateforme de la délivrer."


def licence(site: Site, course: Course, authors: Sequence[str]) -> str:
    """The file that travels with the text."""
    by = f"Rédaction : {', '.join(authors)}.\n" if authors else ""
    publisher = f"Éditeur : {site.publisher}.\n" if site.publisher else ""
    return (
        f"{course.cover.title or site.name}\n\n{by}{publisher}\n"
        "Le texte du cours et des quiz est publié sous licence Creative Commons Attribution - Partage dans les mêmes conditions 4.0 International (CC BY-SA 4.0).\n"
        "Vous pouvez le reprendre et le modifier, à condition d’en citer l’origine et de partager de la même façon.\n"
        "Les sources et les crédits des images sont dits dans les pages elles-mêmes.\n\n"
        "Les scripts et la feuille de style viennent du logiciel libre Croisée, sous licence publique de l’Union européenne (EUPL) version 1.2.\n"
    )


# --- The manifests: `imsmanifest.xml` (SCORM 1.2), `cmi5.xml` ---

IMSCP, ADLCP = "http://www.imsproject.org/xsd/imscp_rootv1p1p2", "http://www.adlnet.org/xsd/adlcp_rootv1p2"
XAPI = {
    "verbs": "http://adlnet.gov/expapi/verbs/",
    "interaction": "http://adlnet.gov/expapi/activities/cmi.interaction",
    "categories": "https://w3id.org/xapi/cmi5/context/categories/",
    "mastery": "https://w3id.org/xapi/cmi5/context/extensions/masteryscore",
}
"""The names that a cmi5 statement is made of: identifiers, which nobody fetches."""
CMI5 = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
INDEX = "index.html"


class ManifestFacts(Struct, frozen=True):
    """What a manifest says of a module. `address` names it for ever, and need not lead anywhere."""

    id: str
    title: str
    description: str
    address: str
    pass_mark: Decimal | None


def scorm(told: ManifestFacts, files: Iterable[str]) -> bytes:
    """One SCO, all its files named."""
    root = ET.Element("manifest", {"identifier": f"croisee-{told.id}", "version": "1", "xmlns": IMSCP, "xmlns:adlcp": ADLCP})
    metadata = ET.SubElement(root, "metadata")
    _text(metadata, "schema", "ADL SCORM")
    _text(metadata, "schemaversion", "1.2")
    organization = ET.SubElement(ET.SubElement(root, "organizations", {"default": "org"}), "organization", {"identifier": "org"})
    _text(organization, "title", told.title)
    item = ET.SubElement(organization, "item", {"identifier": "item-1", "identifierref": "resource-1", "isvisible": "true"})
    _text(item, "title", told.title)
    if told.pass_mark is not None:
        _text(item, "adlcp:masteryscore", str(int(told.pass_mark * 100)))
    said = {"identifier": "resource-1", "type": "webcontent", "adlcp:scormtype": "sco", "href": INDEX}
    resource = ET.SubElement(ET.SubElement(root, "resources"), "resource", said)
    for name in sorted(files):
        ET.SubElement(resource, "file", {"href": name})
    return _serialise(root)


def cmi5(told: ManifestFacts) -> bytes:
    """One assignable unit. `moveOn` is always said: a system would else count the course as done from the start."""
    root = ET.Element("courseStructure", {"xmlns": CMI5})
    _describe_element(ET.SubElement(root, "course", {"id": told.address}), told)
    unit = ET.SubElement(root, "au", {"id": f"{told.address}#au", "launchMethod": "AnyWindow", "moveOn": "Completed"})
    if told.pass_mark is not None:
        unit.set("moveOn", "CompletedAndPassed")
        unit.set("masteryScore", f"{told.pass_mark:.2f}")
    _describe_element(unit, told)
    _text(unit, "url", INDEX)
    return _serialise(root)


def _describe_element(parent: ET.Element, told: ManifestFacts) -> None:
    for name, text in (("title", told.title), ("description", told.description)):
        _text(ET.SubElement(parent, name), "langstring", text).set("lang", "fr")


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = text
    return child


def _serialise(root: ET.Element) -> bytes:
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


WRITERS = {PackageFormat.SCORM: ("imsmanifest.xml", scorm), PackageFormat.CMI5: ("cmi5.xml", lambda told, files: cmi5(told))}
"""Format → the name of its manifest, and what writes it."""


# --- A page of the site made a page of a package ---
# Images beside it, links within it, every id its own.

MEDIA = "media"
_MEDIA = re.compile(r'(?<= src=")/media/([0-9a-f]{64}\.[a-z0-9]{3,4})(?=")')
_TO_GLOSSARY = re.compile(r' ?<a href="/glossaire#[^"]*">Voir dans le glossaire</a>')
_LINK = re.compile(r'<a((?: [a-z-]+(?:="[^"]*")?)*?) href="(/[^"]*)"')
_PLAYED = re.compile(r'<audio [^>]*src="/[^"]*"[^>]*></audio>\n?')
_PLACED = re.compile(r"/(?:lecons|quiz|modules)/([a-z0-9-]+)(?:#(.+))?")


def scope_html(html: str, prefix: str, places: Mapping[str, str]) -> Markup:
    """`prefix` begins each id of the page, for all stand in one; `places`: id of a document of the package → the prefix of its own page.

    A link to what is not in the package loses its address, and keeps its words.
    """
    html = _PLAYED.sub("", _TO_GLOSSARY.sub("", prefix_names(html, prefix)))
    html = _LINK.sub(_link_rewriter(places), html)
    return Markup(_MEDIA.sub(rf"{MEDIA}/\1", html))  # noqa: S704 — our own templates made it


def _link_rewriter(places: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    def rewrite_link(found: re.Match[str]) -> str:
        target = _PLACED.fullmatch(found[2])
        if target is None or target[1] not in places:
            return f"<a{found[1]}"
        prefix = places[target[1]]
        return f'<a{found[1]} href="#{prefix}{target[2] or "page"}"'

    return rewrite_link


def shown_media(html: str) -> list[str]:
    """The names of the images that a rewritten page shows."""
    return sorted(set(re.findall(rf' src="{MEDIA}/([^"]+)"', html)))
