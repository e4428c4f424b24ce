"""An image that a trainer gives: checked, turned upright, narrowed, and written again, so that only its picture is kept.

Nothing of what was sent is stored: the file that is served was written here. Each refusal is a sentence; no file is touched.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from app.authoring import image_shapes
from app.authoring.image_shapes import EXTENSIONS, GIF, JPEG, PNG, WEBP
from app.content.course_files import MAX_IMAGE_BYTES
from app.content.markdown import slug
from app.errors import DomainError

LARGEST_UPLOAD = 15_000_000
"""Bytes of what is sent: a telephone's photograph. What is kept of it is far less."""
MOST_PIXELS = 40_000_000
"""Looked at in the header, before anything is decoded."""
MOST_PIXELS_TOGETHER = 160_000_000
"""Of all the images of a document or an archive: a few seconds of decoding, whatever their number."""
WIDEST, TALLEST = 1600, 4000
"""Of what is kept, in pixels."""

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
ImageFile.LOAD_TRUNCATED_IMAGES = False

_SAVING: dict[str, dict[str, object]] = {
    PNG: {"optimize": True},
    JPEG: {"quality": 85, "optimize": True, "progressive": True},
    WEBP: {"quality": 85, "method": 4},
    GIF: {"optimize": True},
}


class Refused(DomainError):
    sentence = "Cette image n’est pas lisible : enregistrez-la de nouveau, en PNG ou en JPEG."


@dataclass(frozen=True, slots=True)
class Picture:
    """An image ready to be kept: `name` as the course's text calls it, under `images/`."""

    name: str
    data: bytes
    width: int
    height: int
    decoded: int
    """Pixels of what was sent."""


class Several:
    """Images that come together: each is checked alone, and all of them take a bounded time."""

    def __init__(self) -> None:
        self.left = MOST_PIXELS_TOGETHER

    def cleaned(self, name: str, data: bytes) -> Picture:
        return self._counted(cleaned(name, data, min(self.left, MOST_PIXELS)))

    def verified(self, name: str, data: bytes) -> Picture:
        return self._counted(verified(name, data, min(self.left, MOST_PIXELS)))

    def _counted(self, picture: Picture) -> Picture:
        self.left -= picture.decoded
        return picture


def cleaned(name: str, data: bytes, most: int = MOST_PIXELS) -> Picture:
    """The picture of an uploaded file, written again. Raises Refused."""
    kind = _checked_kind(name, data)
    with _decoded(data, kind, most) as (image, pixels):
        upright = _in_srgb(ImageOps.exif_transpose(image))
    upright = _narrowed(upright)
    written = _written(upright, kind)
    if len(written) > MAX_IMAGE_BYTES:
        raise Refused("Cette image, même réduite, pèse plus de 5 Mo : enregistrez-la en JPEG.")
    return Picture(file_name(name), written, *upright.size, pixels)


def verified(name: str, data: bytes, most: int = MOST_PIXELS) -> Picture:
    """The same for a file of the course: one that holds only its picture keeps its bytes, so that a copy is the same file. Raises Refused."""
    if not image_shapes.is_bare(data) or len(data) > MAX_IMAGE_BYTES:
        return replace(cleaned(name, data, most), name=name)
    with _decoded(data, _checked_kind(name, data), most) as (image, pixels):
        return Picture(name, data, *image.size, pixels)


def file_name(name: str) -> str:
    """`Plan d’accès (1).JPG` → `plan-d-acces-1.jpg`."""
    path = PurePosixPath(name.replace("\\", "/").replace("’", "'"))
    return (slug(path.stem)[:40].strip("-") or "image") + path.suffix.lower()


def _checked_kind(name: str, data: bytes) -> str:
    """The format, when the name and the bytes agree on one that the course allows."""
    extension = PurePosixPath(name).suffix.lower()
    if extension == ".svg" or image_shapes.looks_like_svg(data):
        raise Refused("Un dessin SVG peut contenir un programme : il est refusé. Enregistrez-le en PNG.")
    if extension not in EXTENSIONS:
        raise Refused("Une image est un fichier .png, .jpg, .webp ou .gif : enregistrez la vôtre dans l’un de ces formats.")
    if len(data) > LARGEST_UPLOAD:
        raise Refused("Cette image pèse plus de 15 Mo : réduisez-la avant de l’envoyer.")
    kind = image_shapes.format_of(data)
    if not kind:
        raise Refused(f"Ce fichier s’appelle « {extension} », mais ce n’est pas une image.")
    if kind != EXTENSIONS[extension]:
        raise Refused(f"Ce fichier s’appelle « {extension} », mais contient une image {kind} : donnez-lui sa vraie extension.")
    return kind


@contextmanager
def _decoded(data: bytes, kind: str, most: int) -> Iterator[tuple[Image.Image, int]]:
    """The image, and its pixels, counted before they are read. Whatever the decoder meets is one refusal."""
    try:
        pixels = _check_envelope(data, kind, most)
        with Image.open(io.BytesIO(data), formats=(kind,)) as image:
            if kind == JPEG:
                image.draft("RGB" if image.mode == "RGB" else image.mode, (2 * WIDEST, 2 * TALLEST))
            image.load()
            yield image, pixels
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(MOST_PIXELS) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, ArithmeticError, MemoryError):
        raise Refused from None


def _check_envelope(data: bytes, kind: str, most: int) -> int:
    with Image.open(io.BytesIO(data), formats=(kind,)) as image:
        width, height = image.size
        if width * height > most:
            raise _too_many_pixels(most)
        if getattr(image, "n_frames", 1) > 1:
            raise Refused("Cette image est animée : un lecteur ne pourrait pas l’arrêter. Enregistrez-en une image fixe.")
        image.verify()
        return width * height


def _too_many_pixels(most: int) -> Refused:
    if most < MOST_PIXELS:
        return Refused("Il y a trop d’images, ou de trop grandes, pour une seule fois : celle-ci est laissée de côté.")
    return Refused(f"Cette image a plus de {MOST_PIXELS // 1_000_000} millions de points : réduisez-la avant de l’envoyer.")


def _in_srgb(image: Image.Image) -> Image.Image:
    """The same colours without the profile that gave them: browsers read what has none as sRGB."""
    profile = image.info.get("icc_profile")
    if profile:
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            image = _converted(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    if image.mode not in ("1", "L", "LA", "P", "RGB", "RGBA"):
        image = _eight_bits(image) if image.mode.startswith("I") else image.convert("RGB")
    return image


def _eight_bits(image: Image.Image) -> Image.Image:
    """Greys of sixteen bits, which would be cut off at the lightest instead of scaled."""
    return image.convert("I").point(lambda value: value / 256).convert("L")


def _narrowed(image: Image.Image) -> Image.Image:
    """Within the width and height kept. Colours of a palette must be real ones first, or none could be mixed."""
    if image.width > WIDEST or image.height > TALLEST:
        if image.mode in ("1", "P"):
            image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        image.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image


def _converted(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    flat = image if image.mode in ("RGB", "CMYK", "L") else image.convert("RGB")
    result = ImageCms.profileToProfile(flat, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    converted = result or flat.convert("RGB")
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def _written(image: Image.Image, kind: str) -> bytes:
    """The bytes of a new file: the pixels, and which of them are transparent."""
    transparency = image.info.get("transparency")
    image.info = {"transparency": transparency} if transparency is not None and image.mode in ("P", "L", "RGB", "1") else {}
    if kind == JPEG and image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    out = io.BytesIO()
    image.save(out, format=kind, **_SAVING[kind])
    return out.getvalue()
