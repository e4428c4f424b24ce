"""An image that a trainer gives: checked, turned upright, narrowed, and written again, so that only its picture is kept.

Nothing of what was sent is stored: the file that is served was written by `image_process.py`, in a process of its own, which alone decodes
it. No look at the envelope would do instead: words hide as well inside the compressed picture, after its last point. Each refusal is a
sentence; no file is touched."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath

from msgspec import Struct

from app.authoring.incoming import limits
from app.authoring.incoming.limits import EXTENSIONS, LARGEST_UPLOAD
from app.content.store.disk import MAX_IMAGE_BYTES
from app.content.text.markdown import slug
from app.platform import sandbox
from app.platform.errors import DomainError

PROCESS = Path(__file__).with_name("image_process.py")
"""Not imported: what it needs to decode stays out of the workers."""
LIMITS = sandbox.SandboxLimits(mebibytes=1024, seconds=20, patience=25)
_GIVEN_UP = "Cette image demande trop de temps ou de mémoire, ou vient avec trop d’autres : réduisez-la, ou envoyez-la seule."

Job = tuple[str, bytes, bool]
Answer = tuple[str, bytes, int, int]
Decoder = Callable[[Sequence[Job]], Iterable[Answer]]
"""As `image_process.answers`, which says what these hold."""


class ImageRefused(DomainError):
    """An image cannot be used; the sentence says why."""


class CleanImage(Struct, frozen=True):
    """An image ready to be kept: `name` as the course's text calls it, under `images/`."""

    name: str
    data: bytes
    width: int
    height: int


def clean_image(name: str, data: bytes, decoder: Decoder) -> CleanImage:
    """The picture of an uploaded file, written again. Raises ImageRefused."""
    (picture,) = several([(name, data)], decoder)
    if isinstance(picture, ImageRefused):
        raise picture
    return picture


def several(files: Iterable[tuple[str, bytes]], decoder: Decoder, *, known: Container[str] | None = None) -> list[CleanImage | ImageRefused]:
    """The pictures of files that come together, in their order.

    `known`, for files of the course: the digests of images that this site has, which keep their bytes, so that what it gave out comes back as
    the same file. All keep their names.
    """
    sent = [(name, data, _job(name, data, known or ())) for name, data in files]
    answers = iter(decoder([job for _, _, job in sent if not isinstance(job, ImageRefused)]))
    return [job if isinstance(job, ImageRefused) else _picture(file_name(name) if known is None else name, data, next(answers)) for name, data, job in sent]


def _job(name: str, data: bytes, known: Container[str]) -> Job | ImageRefused:
    try:
        return _checked_kind(name, data), data, hashlib.sha256(data).hexdigest() in known
    except ImageRefused as refused:
        return refused


def _picture(name: str, data: bytes, answer: Answer) -> CleanImage | ImageRefused:
    refused, written, width, height = answer
    if refused:
        return ImageRefused(refused)
    if len(written) > MAX_IMAGE_BYTES:
        return ImageRefused("Cette image, même réduite, pèse plus de 5 Mo : enregistrez-la en JPEG.")
    return CleanImage(name, written or data, width, height)


def decoder_process(instance: Path, wait: float = sandbox.SHORT_WAIT) -> Decoder:
    """Decodes in a process of its own; raises TooBusy. What it had no time for is refused in a sentence, what it had done is kept."""
    return partial(_decode_in_process, instance, wait)


def _decode_in_process(instance: Path, wait: float, jobs: Sequence[Job]) -> Iterable[Answer]:
    if not jobs:
        return []
    headers = json.dumps([(kind, keep, len(data)) for kind, data, keep in jobs])
    sent = b"".join([headers.encode(), b"\n", *(data for _, data, _ in jobs)])
    try:
        received = sandbox.output(instance, PROCESS, data=sent, limits=LIMITS, wait=wait)
    except sandbox.SandboxStopped as stopped:
        received = stopped.answered
    done = list(_answers(received))
    return done + [(_GIVEN_UP, b"", 0, 0)] * (len(jobs) - len(done))


def _answers(received: bytes) -> Iterator[Answer]:
    """Those that came whole."""
    source = io.BytesIO(received)
    while (header := source.readline()).endswith(b"\n"):
        refused, length, width, height = json.loads(header)
        data = source.read(length)
        if len(data) == length:
            yield refused, data, width, height


def file_name(name: str) -> str:
    """`Plan d’accès (1).JPG` → `plan-d-acces-1.jpg`."""
    path = PurePosixPath(name.replace("\\", "/").replace("’", "'"))
    return (slug(path.stem)[:40].strip("-") or "image") + path.suffix.lower()


def _checked_kind(name: str, data: bytes) -> str:
    """The format, when the name and the bytes agree on one that the course allows."""
    extension = PurePosixPath(name).suffix.lower()
    if extension == ".svg" or limits.looks_like_svg(data):
        raise ImageRefused("Un dessin SVG peut contenir un programme : il est refusé. Enregistrez-le en PNG.")
    if extension in (".heic", ".heif"):
        raise ImageRefused("Une photo HEIC ne s’affiche pas partout : enregistrez-la en JPEG, puis envoyez-la.")
    if extension not in EXTENSIONS:
        raise ImageRefused("Une image est un fichier .png, .jpg, .webp ou .gif : enregistrez la vôtre dans l’un de ces formats.")
    if len(data) > LARGEST_UPLOAD:
        raise ImageRefused("Cette image pèse plus de 15 Mo : réduisez-la avant de l’envoyer.")
    kind = limits.format_of(data)
    if not kind:
        raise ImageRefused(f"Ce fichier s’appelle « {extension} », mais ce n’est pas une image.")
    if kind != EXTENSIONS[extension]:
        raise ImageRefused(f"Ce fichier s’appelle « {extension} », mais contient une image {kind} : donnez-lui sa vraie extension.")
    return kind
