"""Where in the application a link of the course leads. The places are those of the map of URLs, which does not change; within a page, its own are taken.

They begin at the root of the site: what is rendered is kept for every request, and `platform.web.edge` adds the prefix under which one is served."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from app.content.values.course import Course
from app.content.values.library import FOLDER
from app.content.values.text import DocumentKind

_TAKEN = {
    DocumentKind.LESSON: re.compile(r"suite(?:-titre)?|a-choisir(?:-\d+)?(?:-titre)?|mes-reponses|s-[a-z-]+|(?:a-vous|reponse|champ)-\d+(?:-[a-z]+)?|q\d+-.+"),
    DocumentKind.MODULE: re.compile(r"etapes|presentation|objectifs"),
    DocumentKind.TOOL: re.compile(r"usage"),
    DocumentKind.LIBRARY: re.compile(r"resume|ecouter|lies|citations|filtre"),
}
_TAKEN_EVERYWHERE = re.compile(r"contenu|note-\d+|appel-\d+(?:-\d+)?|.*\..*")
"""Ids with a dot are those that a page gives to what a reader keeps there: `carnet.favoris`, or a title's anchor and `.carnet`."""
SINGLE_PAGES = {
    "glossaire": "/glossaire",
    "frise": "/frise",
    "reseau": "/reseau",
    "sources": "/ressources?categorie=sources",
    "bibliotheque": "/ressources",
    "a-verifier": "/a-verifier",
}

CITE = "cite-"
"""Begins the place of a cité in reseau.md: a link to it leads to its own page."""


def of_link(course: Course, target: str, anchor: str) -> str | None:
    """The address of `target#anchor`; None for what is not published: its words are shown, without a link."""
    fragment = f"#{anchor}" if anchor else ""
    if not target:
        return fragment
    for folder, documents in (
        ("lecons", course.lessons),
        ("modules", course.modules),
        ("quiz", course.quizzes),
        ("outils", course.tools),
        ("bibliotheque", course.library.shelf),
    ):
        if target in documents:
            # A question's own place in its quiz is for trainers: learners meet the quiz at its beginning.
            return f"/{folder}/{target}{fragment if folder != 'quiz' else ''}"
    if target == "reseau" and any(meeting.anchor == anchor for meeting in course.network.meetings):
        return f"/rencontres/{anchor}"
    if target == "reseau" and anchor.startswith(CITE):
        return of_cite(anchor.removeprefix(CITE))
    page = SINGLE_PAGES.get(target)
    return f"{page}{fragment}" if page else None


def of_cite(cite_id: str) -> str:
    return f"{SINGLE_PAGES['reseau']}/{cite_id}"


def of_document(document_id: str) -> str:
    """Returns the address of a document of the library."""
    return f"/bibliotheque/{document_id}"


def image_folder(course: Course, document_id: str, path: str) -> str:
    """Where the images of a document stand, relative to the course's root: a quiz shows those of its module. The files of the library have a folder."""
    if path == f"modules/{FOLDER}.md":
        return f"modules/{FOLDER}"
    module = course.module_of(document_id) if path.startswith("quizzes/") else None
    return f"{PurePosixPath(module.path if module else path).parent}/images"


def media_name(name: str, digest: str) -> str:
    """How an image or a file is called under `instance/media`: by its bytes, with the extension that says its type."""
    return digest + PurePosixPath(name).suffix.lower()


def of_media(name: str, digest: str) -> str:
    return f"/media/{media_name(name, digest)}"


def is_taken(kind: DocumentKind, anchor: str) -> bool:
    """Does the page that shows such a document have this id of itself, whatever its text says?"""
    return any(taken and taken.fullmatch(anchor) for taken in (_TAKEN_EVERYWHERE, _TAKEN.get(kind)))
