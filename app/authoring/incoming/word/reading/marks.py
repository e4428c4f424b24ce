"""What Markdown has no place for in a Word document, marked where it stands before the conversion drops it. Pure.

Each thing lost is replaced by a mark (a number between two private signs), which the text carries as far as the remark that it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element

from app.platform.french import short

OPEN, CLOSE = "\ue100", "\ue101"
MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LONGEST = 160

_KINDS = {"diagram": "Un schéma SmartArt n’est pas repris : collez-en une image.", "chart": "Un graphique n’est pas repris : collez-en une image."}


def marked(body: Element, comments: Mapping[str, str], remarks: list[str]) -> None:
    """Replace, in a document's body, what would be lost by marks; `remarks` receives what each number says."""
    _Marker(comments, remarks).walk(body)


def words(element: Element) -> str:
    """All the words under an element, cut short."""
    found = " ".join("".join(each.text or "" for each in element.iter() if each.tag in (f"{_W}t", f"{_M}t", f"{_W}delText", f"{_A}t")).split())
    return short(found, _LONGEST)


class _Marker:
    def __init__(self, comments: Mapping[str, str], remarks: list[str]) -> None:
        self.comments = comments
        self.remarks = remarks
        self.inserted = False
        self.rules: dict[str, Callable[[Element], str]] = {
            f"{_M}oMath": self._equation,
            f"{_M}oMathPara": self._equation,
            f"{_W}del": self._deletion,
            f"{_W}moveFrom": self._deletion,
            f"{_W}commentReference": self._comment,
            f"{_W}object": lambda _: "Un objet incorporé n’est pas repris.",
            f"{_W}altChunk": lambda _: "Un document inséré dans celui-ci n’est pas repris.",
            f"{_W}subDoc": lambda _: "Un document inséré dans celui-ci n’est pas repris.",
            f"{_W}sdt": self._contents,
            f"{_W}drawing": self._drawing,
            f"{_MC}AlternateContent": self._alternative,
        }

    def walk(self, parent: Element) -> None:
        for index, child in enumerate(list(parent)):
            if child.tag == f"{_W}ins" and not self.inserted:
                self.inserted = True
                child.insert(0, self._mark(parent, "Les ajouts en attente (suivi des modifications) sont gardés."))
            said = self.rules[child.tag](child) if child.tag in self.rules else ""
            if said:
                parent[index] = self._mark(parent, said)
            elif child.tag == f"{_W}fldSimple":
                child.tag = f"{_W}smartTag"  # whose words the conversion reads
                self.walk(child)
            elif child.tag != f"{_W}drawing":
                self.walk(child)

    def _mark(self, parent: Element, said: str) -> Element:
        """The element that may stand in `parent` and say the mark: a text in a run, a run in a paragraph, a paragraph elsewhere."""
        self.remarks.append(said)
        inner = Element(f"{_W}t")
        inner.text = f"{OPEN}{len(self.remarks) - 1}{CLOSE}"
        tags = () if parent.tag == f"{_W}r" else (f"{_W}r", f"{_W}p") if parent.tag in (f"{_W}body", f"{_W}tc", f"{_W}txbxContent") else (f"{_W}r",)
        for tag in tags:
            outer = Element(tag)
            outer.append(inner)
            inner = outer
        return inner

    # --- What each thing says; empty where it is kept ---

    def _equation(self, element: Element) -> str:
        return f"Une équation n’est pas reprise : « {words(element)} »."

    def _deletion(self, element: Element) -> str:
        return f"Une suppression en attente (suivi des modifications) est appliquée : « {words(element)} »." if words(element) else ""

    def _comment(self, element: Element) -> str:
        said = self.comments.get(element.get(f"{_W}id", ""), "")
        return f"Un commentaire n’est pas repris : « {said} »." if said else "Un commentaire n’est pas repris."

    def _contents(self, element: Element) -> str:
        """A table of contents, which Word makes; other blocks of its kind hold text."""
        made = any("Contents" in each.get(f"{_W}val", "") for each in element.iter(f"{_W}docPartGallery"))
        return "La table des matières n’est pas reprise : le site fait la sienne." if made else ""

    def _drawing(self, element: Element) -> str:
        """A picture is kept when its bytes are in the document; other drawings have no Markdown."""
        kind = next((each.get("uri", "").rpartition("/")[2] for each in element.iter(f"{_A}graphicData")), "")
        if kind != "picture":
            said = words(element)
            return _KINDS.get(kind) or ("Un dessin n’est pas repris" + (f" ; il disait : « {said} »." if said else "."))
        linked = [blip for blip in element.iter(f"{_A}blip") if blip.get(f"{_R}link") and not blip.get(f"{_R}embed")]
        return "Une image qui se trouve ailleurs que dans le document n’est pas reprise." if linked else ""

    def _alternative(self, element: Element) -> str:
        """Word writes a text box twice; the second writing is the one that is read, when it is there."""
        fallback = element.find(f"{_MC}Fallback")
        if fallback is not None and (fallback.find(f".//{_W}txbxContent") is not None or any(each.tag.endswith("}imagedata") for each in fallback.iter())):
            for choice in element.findall(f"{_MC}Choice"):
                element.remove(choice)
            if (boxed := fallback.find(f".//{_W}txbxContent")) is not None and len(boxed):
                boxed.insert(0, self._mark(boxed, "Ce qui suit était dans une zone de texte."))
            return ""
        drawing = element.find(f".//{_W}drawing")
        said = self._drawing(drawing) if drawing is not None else "Un dessin n’est pas repris."
        if not said and drawing is not None:
            element.clear()
            element.tag = f"{_W}smartTag"
            element.append(drawing)
        return said
