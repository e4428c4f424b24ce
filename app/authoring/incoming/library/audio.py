"""Whether a file is a recording from its first byte to its last: it is walked frame by frame, page by page, box by box. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from app.platform.zips import FileRefused

_RATES = {
    3: (44100, 48000, 32000),
    2: (22050, 24000, 16000),
    0: (11025, 12000, 8000),
}
"""Samples a second, by version of MPEG."""
_BITRATES = {
    True: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits a second of layer III, in MPEG-1 or after it."""
_LEAST_FRAMES = 3
_SOUND_BRANDS = frozenset({b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"dash", b"3gp4", b"3gp5", b"qt  "})
_MOST_BOXES = 10_000


def _refusal(extension: str) -> FileRefused:
    return FileRefused(f"Ce fichier s’appelle « {extension} », mais ce n’est pas un enregistrement entier de ce format : enregistrez-le de nouveau.")


# --- MP3 -------------------------------------------------------------------------------------------------------------


def check_mp3(data: bytes) -> None:
    """A tag or none, frames that follow one another, a tag or none."""
    position, end = _after_tag(data), _before_tags(data)
    frames = 0
    while position + 4 <= end:
        length = _frame(data, position)
        if not length:
            break
        position += length
        frames += 1
    rest = data[max(position, 0) : end]
    if frames < _LEAST_FRAMES or position > end + 2000 or rest.strip(b"\0"):
        raise _refusal(".mp3")


def _after_tag(data: bytes) -> int:
    """Where the sound begins: after an ID3v2 tag, whose length is written in seven bits a byte."""
    if not data.startswith(b"ID3") or len(data) < 10:
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    start = size + (20 if data[5] & 0x10 else 10)
    while start < len(data) and data[start] == 0 and start < size + 5000:
        start += 1
    return start


def _before_tags(data: bytes) -> int:
    end = len(data) - 128 if data[-128:-125] == b"TAG" else len(data)
    footer = data[end - 32 : end]
    if footer.startswith(b"APETAGEX"):
        end -= int.from_bytes(footer[12:16], "little") + 32 * bool(footer[23] & 0x80)
    return max(0, end)


def _frame(data: bytes, position: int) -> int:
    """Bytes of the frame that begins there; 0 where none does."""
    first, second, third = data[position : position + 3]
    version, layer = second >> 3 & 3, second >> 1 & 3
    if first != 0xFF or second & 0xE0 != 0xE0 or version == 1 or layer != 1:
        return 0
    bitrate, rate = third >> 4, third >> 2 & 3
    if bitrate in (0, 15) or rate == 3:
        return 0
    kilobits = _BITRATES[version == 3][bitrate - 1]
    return (144 if version == 3 else 72) * 1000 * kilobits // _RATES[version][rate] + (third >> 1 & 1)


# --- Ogg -------------------------------------------------------------------------------------------------------------


def check_ogg(data: bytes) -> None:
    """Pages that follow one another to the end; the first one of each stream says that it is sound."""
    position = pages = 0
    while position < len(data):
        if data[position : position + 5] != b"OggS\0" or position + 27 > len(data):
            raise _refusal(".ogg")
        kind, count = data[position + 5], data[position + 26]
        lengths = data[position + 27 : position + 27 + count]
        start = position + 27 + count
        if kind & 2 and not data[start : start + 8].startswith((b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   ")):
            raise FileRefused("Ce fichier contient autre chose que du son : enregistrez le son seul.")
        if (not pages and not kind & 2) or len(lengths) != count:
            raise _refusal(".ogg")
        position = start + sum(lengths)
        pages += 1
    if position != len(data) or pages < 2:
        raise _refusal(".ogg")


# --- MPEG-4 ----------------------------------------------------------------------------------------------------------


def check_m4a(data: bytes) -> None:
    """Boxes that fill the file, one of which describes tracks of sound and none of pictures."""
    boxes = list(_boxes(data, 0, len(data)))
    if not boxes or boxes[0][0] != b"ftyp" or data[boxes[0][1] : boxes[0][1] + 4] not in _SOUND_BRANDS:
        raise _refusal(".m4a")
    handlers = [data[start + 8 : start + 12] for start in _handlers(data, boxes)]
    if b"vide" in handlers:
        raise FileRefused("Ce fichier est une vidéo : enregistrez le son seul, ou donnez un lien vers la vidéo et sa transcription.")
    if b"soun" not in handlers:
        raise _refusal(".m4a")


Box = tuple[bytes, int, int]
"""Its type, where what it holds begins and ends."""


def _boxes(data: bytes, position: int, end: int) -> Iterator[Box]:
    for _ in range(_MOST_BOXES):
        if position == end:
            return
        size, kind, header = int.from_bytes(data[position : position + 4], "big"), data[position + 4 : position + 8], 8
        if size == 1:
            size, header = int.from_bytes(data[position + 8 : position + 16], "big"), 16
        size = size or end - position
        if len(kind) < 4 or size < header or position + size > end:
            raise _refusal(".m4a")
        yield kind, position + header, position + size
        position += size
    raise _refusal(".m4a")


def _handlers(data: bytes, boxes: list[Box]) -> Iterator[int]:
    """Where the handler of each track begins."""
    found = [box for box in boxes if box[0] == b"moov"]
    for step in (b"trak", b"mdia", b"hdlr"):
        found = [inner for _, start, end in found for inner in _boxes(data, start, end) if inner[0] == step]
    return (start for _, start, _ in found)
