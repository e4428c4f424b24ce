"""A document that was read, made the texts of a lesson and of its questions, with the pictures that they show.

Runs where the document was read: in a process of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from app.authoring.incoming.images import images
from app.authoring.incoming.images.formats import extension_of
from app.authoring.incoming.word.reading import habits, keys, questions
from app.content.limits import MAX_CHARACTERS
from app.platform.zips import FileRefused

_PICTURE = re.compile(r"!\[([^\]]*)\]\(croisee-image-(\d+)\)")


class Composed(Struct, frozen=True):
    """A lesson and its questions as bodies of course files, with the pictures that they show."""

    title: str
    lesson: str
    quiz: str
    pictures: Mapping[str, images.CleanImage]


def compose(text: str, remarks: Sequence[str], pictures: Sequence[bytes], title: str, decoder: images.Decoder) -> Composed:
    """Builds a draft from marked Markdown, remarks and images. `title` serves where the document has none. Raises FileRefused."""
    if len(text) > 2 * MAX_CHARACTERS:
        raise FileRefused("Ce document est trop long pour être repris d’un coup : coupez-le en deux.")
    kept: dict[str, images.CleanImage] = {}
    found = habits.document(_PICTURE.sub(_image_namer(_cleaned(text, pictures, decoder), kept), text), remarks)
    blocks, answers = keys.split_answers(questions.from_tables(found.blocks))
    lesson_blocks, asked = questions.parted(blocks)
    lesson_blocks = questions.perhaps_asked(lesson_blocks)
    lesson, quiz = habits.body(lesson_blocks), questions.body(keys.with_answers(asked, answers))
    if not lesson.strip() and not quiz:
        raise FileRefused("Ce document ne contient aucun texte.")
    return Composed(found.title or title or "Leçon sans titre", _with_notes(lesson, found.notes), _with_notes(quiz, found.notes), kept)


def pasted(text: str, remarks: Sequence[str]) -> str:
    """What is pasted among other words: one text, its title as a heading. Pictures are sent by themselves."""
    found = habits.document(_PICTURE.sub(habits.comment("une image n’a pas été collée : déposez son fichier dans le texte."), text), remarks)
    lesson, asked = questions.parted(found.blocks)
    title = f"## {found.title}" if found.title else ""
    return "\n\n".join(filter(None, (title, _with_notes(habits.body(lesson), found.notes), _with_notes(questions.body(asked), found.notes) if asked else "")))


def _with_notes(body: str, notes: Sequence[str]) -> str:
    return "\n\n".join([body, "\n".join(habits.notes_of(body, notes))]).strip()


def _cleaned(text: str, pictures: Sequence[bytes], decoder: images.Decoder) -> dict[int, images.CleanImage | images.ImageRefused]:
    """The images that the text shows, by number, each through the same checks as one that is sent alone."""
    shown = list(dict.fromkeys(int(match[2]) for match in _PICTURE.finditer(text)))
    files = [_file(pictures[number] if number < len(pictures) else b"") for number in shown]
    return dict(zip(shown, images.several(files, decoder), strict=True))


def _file(data: bytes) -> tuple[str, bytes]:
    """A name that no other image of the course has, and the bytes."""
    return f"image-{hashlib.sha256(data).hexdigest()[:8]}{extension_of(data)}", data


def _image_namer(cleaned: Mapping[int, images.CleanImage | images.ImageRefused], kept: dict[str, images.CleanImage]) -> Callable[[re.Match[str]], str]:
    """Each image under its name; a bad one leaves a remark in its place. `kept` receives those that are shown."""

    def name_image(found: re.Match[str]) -> str:
        picture = cleaned[int(found[2])]
        if isinstance(picture, images.ImageRefused):
            return habits.comment(f"une image n’est pas reprise. {picture.sentence}")
        kept[picture.name] = picture
        return f"![{found[1]}](images/{picture.name})"

    return name_image
