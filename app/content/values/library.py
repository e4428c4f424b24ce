"""Frozen values of what goes with the lessons: the library, the network of cités, surveys, the toolbox."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from pathlib import PurePosixPath

from msgspec import Struct

from app.content.values.text import Fragment, Heading, Source, host_of

# --- The library: documents kept or linked, and the types of files it may hold ---

FOLDER = "bibliotheque"
"""Of `modules/`, where the files of modules/bibliotheque.md stand."""
AUDIO_TYPES = {".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".m4a": "audio/mp4"}
IMAGE_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp"}
OFFICE_TYPES = {
    ".odt": "application/vnd.oasis.opendocument.text",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILE_TYPES = {".pdf": "application/pdf", **OFFICE_TYPES, **IMAGE_TYPES, **AUDIO_TYPES}
"""Extension → what a file is served as."""


class DocumentType(StrEnum):
    """What a document is (`type`); the value is what readers see."""

    MINUTES = "compte rendu"
    SUMMARY = "synthèse"
    LAW = "texte officiel"
    REPORT = "rapport"
    GUIDE = "guide"
    PAGE = "page officielle"
    DATA = "données"
    ARTICLE = "article"
    RECORDING = "enregistrement"
    VIDEO = "vidéo"
    PICTURE = "image"
    OTHER = "autre"


class LibraryDocument(Struct, frozen=True):
    """One `##` of bibliotheque.md: a file kept here, an address elsewhere, or both."""

    id: str
    title: str
    type: DocumentType
    summary: Fragment
    line: int
    author: str = ""
    publisher: str = ""
    event: str = ""
    """ISO: year, month or day. That of what it tells of."""
    published: str = ""
    modified: str = ""
    themes: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    licence: str = ""
    file: str = ""
    """Name under modules/bibliotheque/."""
    address: str = ""
    transcript: Fragment | None = None
    headings: tuple[Heading, ...] = ()
    """Of its text: what a link may lead to."""
    related: tuple[str, ...] = ()
    public: bool = False
    """Read without an account too, where the site is open to visitors."""

    @property
    def extension(self) -> str:
        return PurePosixPath(self.file).suffix.lower()

    @property
    def is_audio(self) -> bool:
        return self.extension in AUDIO_TYPES

    @property
    def is_video(self) -> bool:
        """Watched where its address leads, in a page of its own: nothing of that site is loaded here."""
        return self.type is DocumentType.VIDEO and bool(self.address)

    @property
    def plays(self) -> bool:
        """Is it a recording to hear or watch, whose words are therefore written?"""
        return self.is_audio or self.is_video

    @property
    def host(self) -> str:
        """« irev.fr », of its address."""
        return host_of(self.address)

    @property
    def format(self) -> str:
        """« PDF »; empty without a file."""
        return self.extension.removeprefix(".").upper()

    @property
    def date(self) -> str:
        """The one by which it is looked for: that of what it tells of, before that of its publication."""
        return self.event or self.published or self.modified


class Library(Struct, frozen=True, dict=True):
    documents: tuple[LibraryDocument, ...] = ()
    introduction: Fragment | None = None
    sources: tuple[Source, ...] = ()
    calls: tuple[str, ...] = ()

    @cached_property
    def shelf(self) -> dict[str, LibraryDocument]:
        """Returns the documents of the library by id."""
        return {document.id: document for document in self.documents}


# --- The network of cités, as `reseau.md` lists it ---


class Commune(Struct, frozen=True):
    name: str
    insee: str


class Cite(Struct, frozen=True):
    name: str
    communes: tuple[Commune, ...]
    departement: str
    wave: int
    labelled_on: str
    """ISO date, month or year."""
    line: int
    quartiers: tuple[str, ...] = ()
    """Those that its source names; none where no source was read."""
    troika: tuple[str, ...] = ()
    """Who pilots it, by function; empty where nothing is said."""
    position: tuple[float, float] | None = None
    """Latitude and longitude, where the file gives them: else it stands where its communes are."""


class PastMeeting(Struct, frozen=True):
    """One that was held before the site was there."""

    title: str
    anchor: str
    body: Fragment
    line: int
    speakers: str = ""
    documents: tuple[str, ...] = ()
    """Ids of the library; the first one gives its date and its themes."""


class NetworkPlace(Struct, frozen=True):
    """A territory above the cités: a region, a département…"""

    name: str
    kind: str
    """One of `KINDS`."""
    above: str
    """The name of what it belongs to; empty at the top."""
    zone: str
    """Of the school holidays, « A » to « C »; empty where nothing is said."""
    line: int
    id: str = ""
    """Written as `{#departement-nord}`; empty: made of its kind and its name."""


KINDS = {"nation": "nation", "région": "region", "académie": "academie", "département": "departement", "intercommunalité": "intercommunalite"}
"""As reseau.md writes them → as they are stored."""


class Network(Struct, frozen=True):
    introduction: Fragment | None = None
    cites: tuple[Cite, ...] = ()
    meetings: tuple[PastMeeting, ...] = ()
    sources: tuple[Source, ...] = ()
    calls: tuple[str, ...] = ()
    places: tuple[NetworkPlace, ...] = ()
    """Of « ## Territoires », each after what it belongs to."""


# --- Surveys: what people are asked of the course once they have done a part of it ---
#
# None of the questions has a right answer.


class Moment(StrEnum):
    """When a survey is asked, and of whom (`moment`)."""

    HOT = "à chaud"
    """As soon as a module, or the path, is done."""
    COLD = "à froid"
    """Some months after the end of the path."""
    MANAGER = "responsable"
    """At the same time, of whoever looks after the territory of those who finished."""


class After(StrEnum):
    """What one has just done (`après`)."""

    MODULE = "module"
    PATH = "parcours"


class SurveyAnswerShape(StrEnum):
    """The shape of an answer."""

    SCALE = "échelle"
    SINGLE = "choix unique"
    MULTIPLE = "choix multiple"
    FREE = "réponse libre"


class Measure(StrEnum):
    """Which figure of the site a scale feeds (`Mesure`)."""

    SATISFACTION = "satisfaction"
    REUSE = "réutilisation"


AGREEMENT = ("Pas du tout d’accord", "Plutôt pas d’accord", "Plutôt d’accord", "Tout à fait d’accord")
"""The four words of a scale that gives none of its own. From the least to the most: the last two are favourable."""
FAVOURABLE = 2
"""How many of the four words of a scale are."""


class SurveyQuestion(Struct, frozen=True):
    id: str
    title: str
    asked: SurveyAnswerShape
    options: tuple[str, ...]
    """As shown; empty for a free answer. What is counted is counted under these words: others begin anew."""
    help: Fragment
    """What stands between the title and the answers."""
    line: int
    measure: Measure | None = None


class Survey(Struct, frozen=True):
    """`modules/enquetes/<slug>.md`."""

    id: str
    title: str
    moment: Moment
    after: frozenset[After]
    introduction: Fragment
    questions: tuple[SurveyQuestion, ...]
    sources: tuple[Source, ...] = ()
    path: str = ""
    author: str = ""
    calls: tuple[str, ...] = ()


# --- Tools of the toolbox: a paper to fill, and how one fills it ---


class ToolForm(StrEnum):
    """What files a tool is given in: those of a word processor, or that of a spreadsheet (`forme`)."""

    TEXT = "texte"
    TABLE = "tableau"


class Tool(Struct, frozen=True):
    """A paper to fill, and how one fills it: `modules/outils/<nn>-<slug>.md`. Its id is the name of its files."""

    id: str
    title: str
    purpose: str
    """What it is for (`usage`)."""
    moment: str
    """When one needs it."""
    form: ToolForm
    introduction: Fragment
    """How to use it: on its page only."""
    body: Fragment
    """From the first `##`: what is in its files. Its fields are as written, `[[to write => as the example writes it]]`."""
    sources: tuple[Source, ...] = ()
    path: str = ""
    calls: tuple[str, ...] = ()
