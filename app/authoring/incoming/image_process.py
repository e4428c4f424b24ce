"""Decodes images and writes them again, in a process of its own (`app/platform/sandbox.py`): jobs and bytes in, answers and bytes out.

Started as a file, so it imports nothing of `app`. A Word document's images are read by `answers` in the process that reads the document."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

Job = tuple[str, bytes, bool]
"""The format of an image, its bytes, and whether they are to be kept as they are once they were seen to be sound."""
Answer = tuple[str, bytes, int, int]
"""The sentence of a refusal, or empty; the new bytes, none where they are kept; width and height."""

MOST_PIXELS = 40_000_000
"""Looked at in the header, before anything is decoded."""
MOST_PIXELS_TOGETHER = 160_000_000
"""Of all the images of a document or an archive: a few seconds of decoding, whatever their number."""
WIDEST, TALLEST = 1600, 4000
"""Of what is kept, in pixels."""
UNREADABLE = "Cette image n’est pas lisible : enregistrez-la de nouveau, en PNG ou en JPEG."
TOO_DEAR = "Cette image demande trop de mémoire : réduisez-la avant de l’envoyer."

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
ImageFile.LOAD_TRUNCATED_IMAGES = False

_SAVING: dict[str, dict[str, object]] = {
    "PNG": {"compress_level": 6},  # 9 takes seven times as long for a photograph, of which it saves a twentieth: an archive may hold many
    "JPEG": {"quality": 85, "optimize": True, "progressive": True},
    "WEBP": {"quality": 85, "method": 4},
    "GIF": {"optimize": True},
}


class UnusableImage(Exception):
    """An image cannot be read; the message says why."""


def answers(jobs: Iterable[Job], together: int = MOST_PIXELS_TOGETHER) -> Iterator[Answer]:
    """What becomes of each image, in their order. Each is checked alone, and all of them take a bounded time."""
    for kind, data, keep in jobs:
        try:
            written, width, height, pixels = _answer(kind, data, keep, min(together, MOST_PIXELS))
        except UnusableImage as refused:
            yield str(refused), b"", 0, 0
        except MemoryError:
            yield TOO_DEAR, b"", 0, 0
        else:
            together -= pixels
            yield "", written, width, height


def _answer(kind: str, data: bytes, keep: bool, most: int) -> tuple[bytes, int, int, int]:
    """New bytes, width, height, and the pixels of what was sent."""
    with _open_image(data, kind, most) as (image, pixels):
        if keep:
            return b"", *image.size, pixels
        upright = _in_srgb(ImageOps.exif_transpose(image))
    upright = _narrow_image(upright)
    return _encode(upright, kind), *upright.size, pixels


@contextmanager
def _open_image(data: bytes, kind: str, most: int) -> Iterator[tuple[Image.Image, int]]:
    """The image, and its pixels, counted before they are read. Whatever the decoder meets is one refusal, but a lack of memory."""
    try:
        pixels = _check_envelope(data, kind, most)
        with Image.open(io.BytesIO(data), formats=(kind,)) as image:
            if kind == "JPEG":
                image.draft("RGB" if image.mode == "RGB" else image.mode, (2 * WIDEST, 2 * TALLEST))
            image.load()
            yield image, pixels
    except UnusableImage:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(MOST_PIXELS) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, ArithmeticError):
        raise UnusableImage(UNREADABLE) from None


def _check_envelope(data: bytes, kind: str, most: int) -> int:
    with Image.open(io.BytesIO(data), formats=(kind,)) as image:
        width, height = image.size
        if width * height > most:
            raise _too_many_pixels(most)
        if getattr(image, "n_frames", 1) > 1:
            raise UnusableImage("Cette image est animée : un lecteur ne pourrait pas l’arrêter. Enregistrez-en une image fixe.")
        image.verify()
        return width * height


def _too_many_pixels(most: int) -> UnusableImage:
    if most < MOST_PIXELS:
        return UnusableImage("Il y a trop d’images, ou de trop grandes, pour une seule fois : celle-ci est laissée de côté.")
    return UnusableImage(f"Cette image a plus de {MOST_PIXELS // 1_000_000} millions de points : réduisez-la avant de l’envoyer.")


def _in_srgb(image: Image.Image) -> Image.Image:
    """The same colours without the profile that gave them: browsers read what has none as sRGB."""
    profile = image.info.get("icc_profile")
    if profile:
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            image = _convert_colours(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    if image.mode not in ("1", "L", "LA", "P", "RGB", "RGBA"):
        image = _eight_bits(image) if image.mode.startswith("I") else image.convert("RGB")
    return image


def _eight_bits(image: Image.Image) -> Image.Image:
    """Greys of sixteen bits, which would be cut off at the lightest instead of scaled."""
    return image.convert("I").point(lambda value: value / 256).convert("L")


def _narrow_image(image: Image.Image) -> Image.Image:
    """Within the width and height kept. Colours of a palette must be real ones first, or none could be mixed."""
    if image.width > WIDEST or image.height > TALLEST:
        if image.mode in ("1", "P"):
            image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        image.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image


def _convert_colours(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    flat = image if image.mode in ("RGB", "CMYK", "L") else image.convert("RGB")
    result = ImageCms.profileToProfile(flat, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    converted = result or flat.convert("RGB")
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def _encode(image: Image.Image, kind: str) -> bytes:
    """The bytes of a new file: the pixels, and which of them are transparent."""
    transparency = image.info.get("transparency")
    image.info = {"transparency": transparency} if transparency is not None and image.mode in ("P", "L", "RGB", "1") else {}
    if kind == "JPEG" and image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    out = io.BytesIO()
    image.save(out, format=kind, **_SAVING[kind])
    return out.getvalue()


# --- What goes in, and what comes out --------------------------------------------------------------------------------


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Reads a JSON line [format, keep, length] and the images from `source`; writes such a line and the bytes of each to `target`."""
    headers = json.loads(source.readline())
    for refused, data, width, height in answers((kind, source.read(length), keep) for kind, keep, length in headers):
        target.write(json.dumps([refused, len(data), width, height]).encode() + b"\n" + data)
        target.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
