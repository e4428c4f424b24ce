"""What several tests share: images and Word documents in a real browser: dropped, pasted, refused, published, read by a learner; and the same without a script."""

from __future__ import annotations

import base64

from playwright.sync_api import Page

from tests.authoring.incoming.documents import Docx, equation, image, note_call, paragraph

GIVE = """([name, type, data, kind]) => {
  const transfer = new DataTransfer();
  const files = [].concat(data).map((one) => Uint8Array.from(atob(one), (letter) => letter.charCodeAt(0)));
  for (const [place, file] of files.entries()) transfer.items.add(new File([file], [].concat(name)[place], { type }));
  const area = document.querySelector(".editor-box:has(#texte) .cm-content");
  const options = { bubbles: true, cancelable: true, clipboardData: transfer, dataTransfer: transfer };
  area.dispatchEvent(kind === "paste" ? new ClipboardEvent("paste", options) : new DragEvent("drop", options));
}"""


def give(tab: Page, name: str, kind: str, data: bytes, how: str) -> None:
    tab.evaluate(GIVE, [name, kind, base64.b64encode(data).decode(), how])


def document(key: str = "b") -> Docx:
    made = Docx(notes=["Loi de programmation pour la ville, 21 février 2014, <https://www.legifrance.gouv.fr>"]).with_image()
    made.body = [
        paragraph("Le contrat de ville", style="Titre"),
        paragraph("Une réunion, un soir.", inner=note_call(1) + equation("a+b")),
        paragraph("", inner=image(alternative="Le plan du quartier")),
        paragraph("Question 1 : Qui signe au nom de l’État ?"),
        paragraph("a) Le maire"),
        paragraph("b) Le préfet"),
        paragraph(f"Bonne réponse : {key}"),
        paragraph("Explication : il représente l’État."),
    ]
    return made
