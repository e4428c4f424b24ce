"""Images that trainers give: only the picture is kept, and what is not one picture is refused in a sentence."""

from __future__ import annotations

import hashlib
import random
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageFile

from app.authoring.incoming import image_process, images
from app.authoring.incoming.image_process import TALLEST, WIDEST, answers
from app.authoring.incoming.images import CleanImage, ImageRefused, decoder_process, file_name, several
from app.platform import sandbox
from tests.authoring.incoming.pictures import HIDING, SCRIPT, SVG, animation, enormous, hiding, opened, photograph, picture


def cleaned(name: str, data: bytes) -> CleanImage:
    """Decoded here: below, the same in a process of its own."""
    return images.clean_image(name, data, answers)


def verified(name: str, data: bytes, *known: bytes) -> CleanImage:
    """Of a file of the course, on a site that has the `known` images."""
    (picture,) = several([(name, data)], answers, known={hashlib.sha256(each).hexdigest() for each in known})
    if isinstance(picture, ImageRefused):
        raise picture
    return picture


PICTURE_ALONE = {"transparency", "gamma", "version", "background", "loop", "duration", "timestamp", "progressive", "progression", "dpi"}
"""What Pillow says of a file that holds a picture and nothing else, besides the sixteen bytes of JFIF."""
ENDS = {"PNG": b"\x00\x00\x00\x00IEND\xaeB`\x82", "JPEG": b"\xff\xd9", "GIF": b"\x00;", "WEBP": b""}


def is_bare(data: bytes) -> bool:
    """One still picture; no words, place, profile or thumbnail; the end of the picture at the end of the file."""
    image = opened(data)
    image.load()
    said = {name for name in image.info if not name.startswith("jfif")} - PICTURE_ALONE
    segments = [name for name, _ in getattr(image, "applist", [])]
    whole = image.format != "WEBP" or len(data) == 8 + int.from_bytes(data[4:8], "little")
    one = getattr(image, "n_frames", 1) == 1 and data.endswith(ENDS[image.format or ""])
    return not said and not dict(image.getexif()) and segments in ([], ["APP0"]) and whole and one


FORMATS = [("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp"), ("GIF", ".gif")]


@pytest.mark.parametrize(("kind", "extension"), FORMATS)
def test_what_hides_after_the_end_is_left_behind(kind: str, extension: str) -> None:
    kept = cleaned(f"plan{extension}", picture(kind) + SCRIPT)
    assert opened(kept.data).format == kind
    assert (kept.width, kept.height) == (60, 40)
    assert SCRIPT not in kept.data
    assert is_bare(kept.data)


@pytest.mark.parametrize("where", HIDING)
def test_words_inside_are_left_behind(where: str) -> None:
    """Those of a file of the course, too, whose envelope may be faultless."""
    name, sent = hiding(where)
    assert SCRIPT in sent
    for kept in (cleaned(name, sent), verified(name, sent)):
        assert SCRIPT not in kept.data
        assert is_bare(kept.data)


def test_a_photograph_is_turned_upright_and_forgets_where_it_was_taken() -> None:
    sent = photograph(orientation=6)
    assert opened(sent).getexif().get_ifd(0x8825)
    kept = cleaned("photo.jpeg", sent)
    image = opened(kept.data).convert("RGB")
    assert (kept.width, kept.height) == (40, 80)
    assert image.getpixel((20, 5))[0] > 200  # type: ignore[index]  # red, once on the left, is now above
    assert image.getpixel((20, 75))[2] > 200  # type: ignore[index]
    assert not dict(opened(kept.data).getexif())
    assert b"secret" not in kept.data
    assert SCRIPT not in kept.data


def test_colours_of_a_profile_stay_and_the_profile_goes() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = cleaned("plan.png", picture(colour=(10, 120, 200), icc_profile=profile))
    image = opened(kept.data)
    assert "icc_profile" not in image.info
    assert all(abs(seen - sent) <= 2 for seen, sent in zip(image.convert("RGB").getpixel((5, 5)), (10, 120, 200), strict=True))  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_pixel_is_kept_within_bounds(mode: str) -> None:
    kept = cleaned("plan.png", picture(mode=mode, size=(2000, 300), colour=1 if mode in ("1", "P") else 32768 if mode == "I;16" else "white"))
    assert (kept.width, kept.height) == (WIDEST, 240)
    if mode == "I;16":
        assert opened(kept.data).getpixel((4, 4)) == 128
    tall = cleaned("plan.png", picture(size=(100, 9000)))
    assert tall.height == TALLEST


def test_transparency_stays() -> None:
    kept = cleaned("logo.png", picture(mode="RGBA", colour=(0, 0, 0, 0)))
    assert opened(kept.data).convert("RGBA").getpixel((3, 3)) == (0, 0, 0, 0)
    assert opened(cleaned("logo.webp", picture("WEBP", mode="RGBA", colour=(0, 0, 0, 0))).data).mode == "RGBA"


def test_inks_of_print_become_colours_of_a_screen() -> None:
    kept = cleaned("photo.jpg", picture("JPEG", mode="CMYK", colour=(0, 255, 255, 0)))
    red, green, blue = opened(kept.data).convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert red > 200 > 60 > max(green, blue)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("dessin.svg", SVG, "SVG"),
        ("dessin.png", SVG, "SVG"),
        ("page.png", b"<html><body>" + SCRIPT, "ce n’est pas une image"),
        ("photo.png", picture("JPEG"), "contient une image JPEG"),
        ("photo.bmp", picture("BMP"), ".png, .jpg"),
        ("photo", picture(), ".png, .jpg"),
        ("plan.png", picture()[:60], "n’est pas lisible"),
        ("plan.png", picture()[:-20] + b"\x00" * 20, "n’est pas lisible"),
        ("plan.jpg", b"\xff\xd8\xff" + b"\x00" * 500, "n’est pas lisible"),
        ("plan.png", b"", "ce n’est pas une image"),
        ("vif.gif", animation("GIF"), "animée"),
        ("vif.webp", animation("WEBP"), "animée"),
        ("vif.png", animation("PNG"), "animée"),
        ("grande.png", picture() + b"\x00" * 15_000_000, "15 Mo"),
    ],
)
def test_what_is_no_still_picture_is_refused(name: str, data: bytes, said: str) -> None:
    with pytest.raises(ImageRefused) as refused:
        cleaned(name, data)
    assert said in refused.value.sentence


def test_two_hundred_megapixels_are_refused_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = enormous()
    assert len(data) < 500_000
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    with pytest.raises(ImageRefused, match="millions de points"):
        cleaned("affiche.png", data)
    with pytest.raises(ImageRefused, match="millions de points"):
        verified("affiche.png", data)


@pytest.mark.parametrize(("kind", "extension"), FORMATS)
def test_an_image_that_the_site_has_keeps_its_bytes(kind: str, extension: str) -> None:
    sent = picture(kind, size=(3000, 40))
    assert verified(f"Plan d’accès{extension}", sent, sent) == CleanImage(f"Plan d’accès{extension}", sent, 3000, 40)
    assert SCRIPT not in verified(f"plan{extension}", sent + SCRIPT, sent).data
    assert verified(f"plan{extension}", sent).width == WIDEST


@pytest.mark.parametrize(("kind", "extension"), FORMATS)
def test_a_file_of_the_course_that_comes_twice_is_twice_the_same(kind: str, extension: str) -> None:
    """The site that sends it goes on sending its own bytes."""
    sent = photograph() if kind == "JPEG" else picture(kind)
    assert verified(f"plan{extension}", sent) == verified(f"plan{extension}", sent)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_what_was_written_here_without_loss_is_the_same_elsewhere(kind: str, mode: str) -> None:
    written = cleaned(f"plan.{kind.lower()}", picture(kind, mode=mode, colour=1 if mode in ("1", "P") else "teal")).data
    assert verified(f"plan.{kind.lower()}", written).data == written


def test_a_file_that_the_site_has_is_looked_at_again() -> None:
    for name, data in (("vif.gif", animation("GIF")), ("plan.png", picture()[:60])):
        with pytest.raises(ImageRefused):
            verified(name, data, data)


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\xff\xd8\xff\xda\x00\x04", b"GIF89a", b"RIFF\x00\x00\x00\x00WEBP", b"", b"text"])
def test_a_stump_is_no_image(data: bytes) -> None:
    for _, extension in FORMATS:
        with pytest.raises(ImageRefused):
            verified(f"plan{extension}", data)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Plan d’accès (1).JPG", "plan-d-acces-1.jpg"),
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Images\\Été.webp", "ete.webp"),
        ("???.png", "image.png"),
        ("a" * 200 + ".png", "a" * 40 + ".png"),
    ],
)
def test_names_become_those_of_an_address(sent: str, kept: str) -> None:
    assert file_name(sent) == kept


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize(("kind", "extension"), FORMATS)
def test_a_damaged_image_is_refused_or_written_again(kind: str, extension: str) -> None:
    """Whatever the damage: no other error ever comes out, and what is kept holds one picture."""
    chance, whole = random.Random(3), photograph() if kind == "JPEG" else picture(kind)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 5)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with suppress(ImageRefused):
            assert is_bare(cleaned(f"plan{extension}", bytes(damaged[: chance.choice((None, -9))])).data)


# --- In a process of its own ---


def test_images_that_come_together_are_the_same_when_they_are_decoded_apart(tmp_path: Path) -> None:
    sent = [("a.png", picture()), ("b.jpg", photograph()), ("c.png", SVG), ("d.gif", animation("GIF")), ("e.webp", picture("WEBP")), ("f.png", b"")]
    for known in (None, (), {hashlib.sha256(data).hexdigest() for _, data in sent}):
        here, there = (several(sent, decoder, known=known) for decoder in (answers, decoder_process(tmp_path, 20)))
        assert list(map(said, here)) == list(map(said, there))
        assert [isinstance(one, CleanImage) for one in there] == [True, True, False, False, True, False]
    assert [path.name for path in tmp_path.iterdir()] == [sandbox.LOCK]


def said(one: CleanImage | ImageRefused) -> CleanImage | str:
    return one.sentence if isinstance(one, ImageRefused) else one


def test_what_was_done_before_the_time_was_over_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text(
        """import sys
sys.stdout.write('["", 3, 60, 40]\\nabc["", 9, 60')
sys.stdout.flush()
while True: pass
""",
        encoding="utf-8",
    )
    monkeypatch.setattr(images, "PROCESS", slow)
    monkeypatch.setattr(images, "LIMITS", sandbox.SandboxLimits(500, 1, 20))
    first, second, third = several([("a.png", picture()), ("b.png", picture()), ("c.png", picture())], decoder_process(tmp_path, 20))
    assert first == CleanImage("a.png", b"abc", 60, 40)
    assert "trop de temps" in str(said(second))
    assert said(third) == said(second)


def test_an_image_that_fills_the_memory_stops_its_process_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(images, "LIMITS", sandbox.SandboxLimits(200, 20, 25))
    with pytest.raises(ImageRefused):
        images.clean_image("grande.png", picture(mode="1", size=(7000, 5000), colour=1), decoder_process(tmp_path, 20))
    assert images.clean_image("petite.png", picture(), decoder_process(tmp_path, 20)).width == 60


def test_an_image_that_takes_too_much_memory_is_to_be_made_smaller_not_saved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(image: Image.Image) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(ImageFile.ImageFile, "load", full)
    with pytest.raises(ImageRefused, match="trop de mémoire : réduisez-la"):
        cleaned("grande.png", picture())


def test_many_large_images_take_a_bounded_time() -> None:
    large = ("PNG", picture("PNG", mode="1", size=(2000, 1000), colour=1), False)
    refused = [answer[0] for answer in image_process.answers([large, large, large, ("PNG", picture(), False)], 5_000_000)]
    assert ["trop d’images" in each for each in refused] == [False, False, True, False]
