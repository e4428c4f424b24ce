"""A file for the library: its name, its weight, its real type, and nothing in it that acts. Each refusal is a sentence; nothing is kept meanwhile.

What is kept is what was sent, but for an image, which is written again as those of lessons are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from app.authoring.incoming.images import images
from app.authoring.incoming.images.images import CleanImage, Decoder
from app.authoring.incoming.library import audio, office, pdf
from app.authoring.incoming.limits import LARGEST_FILE
from app.content.values.library import FILE_TYPES, IMAGE_TYPES
from app.platform.zips import FileRefused

KINDS = ", ".join(sorted({extension.removeprefix(".").upper() for extension in FILE_TYPES}))
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_CHECKS: dict[str, Callable[[bytes], None]] = {
    ".pdf": pdf.check,
    ".odt": office.check_odt,
    ".docx": office.check_docx,
    ".xlsx": office.check_xlsx,
    ".mp3": audio.check_mp3,
    ".ogg": audio.check_ogg,
    ".opus": audio.check_ogg,
    ".m4a": audio.check_m4a,
}


def cleaned(name: str, data: bytes, decoder: Decoder) -> CleanImage:
    """The file, ready to be kept, under the name that the text may give it. Raises FileRefused or ImageRefused."""
    extension = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if extension in (".docm", ".dotm", ".xlsm", ".xltm", ".xlsb", ".odb"):
        raise FileRefused("Ce genre de fichier est fait pour contenir des macros, c’est-à-dire des programmes : il est refusé.")
    if extension not in FILE_TYPES:
        raise FileRefused(f"La bibliothèque garde des fichiers {KINDS} : enregistrez le vôtre dans l’un de ces formats.")
    if not data:
        raise FileRefused("Ce fichier est vide.")
    if len(data) > LARGEST_FILE:
        raise FileRefused(f"Ce fichier pèse plus de {LARGEST_FILE // 1_000_000} Mo : réduisez-le, ou déposez-le dans le dossier du cours.")
    if extension in IMAGE_TYPES:
        return images.cleaned(name, data, decoder)
    if data.startswith(_PROGRAMS):
        raise FileRefused(f"Ce fichier s’appelle « {extension} », mais c’est un programme : il est refusé.")
    _CHECKS[extension](data)
    return CleanImage(images.file_name(name), data, 0, 0)
