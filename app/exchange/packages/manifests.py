"""The two files that tell a system what a package is: `imsmanifest.xml` (SCORM 1.2), `cmi5.xml`. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from xml.etree import ElementTree as ET

from msgspec import Struct

from app.exchange.packages.rules import PackageFormat

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
    _described(ET.SubElement(root, "course", {"id": told.address}), told)
    unit = ET.SubElement(root, "au", {"id": f"{told.address}#au", "launchMethod": "AnyWindow", "moveOn": "Completed"})
    if told.pass_mark is not None:
        unit.set("moveOn", "CompletedAndPassed")
        unit.set("masteryScore", f"{told.pass_mark:.2f}")
    _described(unit, told)
    _text(unit, "url", INDEX)
    return _serialise(root)


def _described(parent: ET.Element, told: ManifestFacts) -> None:
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
