"""Photos are printed upright, small, numbered; one that cannot be shown is never left out silently."""

import io
from collections.abc import Callable

import msgspec
import pillow_heif
import pytest
from PIL import Image
from pypdf import PdfReader

from reports.fonts import FontSet
from reports.inspection_record import draw_inspection_record
from reports.paper import PhotoSource
from reports.photo_grid import PRINT_DPI, scale_for_print
from tests.reports import sample_papers
from tests.reports.pdf_lines import page_texts


def dark_side(jpeg: bytes) -> str:
    """Where the dark half of a drawn photo lies."""
    image = Image.open(io.BytesIO(jpeg)).convert("L")
    right, bottom = image.width - 1, image.height - 1
    corners = {
        "left": [(0, 0), (0, bottom)],
        "right": [(right, 0), (right, bottom)],
        "top": [(0, 0), (right, 0)],
        "bottom": [(0, bottom), (right, bottom)],
    }
    return next(side for side, points in corners.items() if all(int(str(image.getpixel(point))) < 60 for point in points))


def in_format(image_format: str, mode: str) -> bytes:
    image = Image.new(mode, (60, 40))
    output = io.BytesIO()
    if image_format == "HEIF":
        pillow_heif.from_pillow(image).save(output)
    else:
        image.save(output, image_format)
    return output.getvalue()


def printed(source: PhotoSource, fonts: FontSet, count: int = 3) -> bytes:
    """A record with `count` photos."""
    return draw_inspection_record(msgspec.structs.replace(sample_papers.record(), photos=sample_papers.photos(count)), fonts, source)


@pytest.mark.parametrize(
    ("orientation", "side"), [(1, "left"), (2, "right"), (3, "right"), (4, "left"), (5, "top"), (6, "top"), (7, "bottom"), (8, "bottom")]
)
def test_photos_are_upright_whichever_way_the_phone_was_held(orientation: int, side: str) -> None:
    photo = scale_for_print(sample_papers.jpeg(400, 200, orientation=orientation), 100, 100)
    assert photo is not None
    assert dark_side(photo.jpeg) == side
    assert (photo.width > photo.height) == (orientation < 5)


def test_the_print_has_no_metadata_and_no_more_pixels_than_paper_shows() -> None:
    photo = scale_for_print(sample_papers.jpeg(4000, 3000, orientation=6), 240, 240)
    assert photo is not None
    image = Image.open(io.BytesIO(photo.jpeg))
    assert not image.getexif()
    assert max(image.size) <= 240 / 72 * PRINT_DPI + 1
    assert len(photo.jpeg) < 60_000


@pytest.mark.parametrize(
    ("image_format", "mode"),
    [
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("WEBP", "RGB"),
        ("HEIF", "RGB"),
    ],
)
def test_what_phones_and_scanners_send_can_be_printed(image_format: str, mode: str) -> None:
    photo = scale_for_print(in_format(image_format, mode), 100, 100)
    assert photo is not None
    assert Image.open(io.BytesIO(photo.jpeg)).mode in ("RGB", "L")


def test_transparency_prints_as_white_paper() -> None:
    photo = scale_for_print(in_format("PNG", "RGBA"), 100, 100)
    assert photo is not None
    assert Image.open(io.BytesIO(photo.jpeg)).convert("L").getpixel((5, 5)) == 255


@pytest.mark.parametrize(
    "broken",
    [b"", b"no photo", sample_papers.jpeg()[:900], b"\xff\xd8\xff\xe0" + b"\x00" * 500, b"\x89PNG\r\n\x1a\n" + b"x" * 80],
    ids=range(5),
)
def test_a_photo_that_cannot_be_decoded_is_shown_as_such(broken: bytes, fonts: FontSet) -> None:
    assert scale_for_print(broken, 100, 100) is None
    text = "".join(page_texts(printed(lambda _: broken, fonts)))
    assert text.count("照片无法解码，原件已保存") == 3
    assert f"{3:064x}"[:16] in text


def missing(_: str) -> bytes | None:
    return None


def unreadable(_: str) -> bytes:
    raise FileNotFoundError


@pytest.mark.parametrize("source", [missing, unreadable])
def test_a_photo_that_is_not_at_hand_is_shown_as_missing(source: Callable[[str], bytes | None], fonts: FontSet) -> None:
    assert "".join(page_texts(printed(source, fonts))).count("照片文件暂缺") == 3


def test_photos_are_opened_one_at_a_time_and_closed(fonts: FontSet) -> None:
    open_now: list[io.BytesIO] = []

    def source(sha256: str) -> io.BytesIO:
        assert all(file.closed for file in open_now)
        open_now.append(io.BytesIO(sample_papers.PHOTO_FILES[sha256]))
        return open_now[-1]

    printed(source, fonts, 9)
    assert len(open_now) == 9
    assert all(file.closed for file in open_now)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 9])
def test_each_photo_has_number_caption_and_time_and_no_page_has_more_than_four(count: int, fonts: FontSet) -> None:
    pages = PdfReader(io.BytesIO(printed(sample_papers.PHOTO_FILES.get, fonts, count))).pages
    shown = [len(page.images) for page in pages]
    assert sum(shown) == count
    assert max(shown) <= 4
    text = "".join(page.extract_text() for page in pages)
    for number in range(1, count + 1):
        assert f"照片{number}　窑炉车间（二期）{number}号辊道窑" in text
    assert text.count("拍摄时间 2026-11-22 14:05　相册导入") == count


def test_an_unknown_time_is_called_unknown(fonts: FontSet) -> None:
    photo = msgspec.structs.replace(sample_papers.photos(1)[0], taken_at=None)
    pdf = draw_inspection_record(msgspec.structs.replace(sample_papers.record(), photos=(photo,)), fonts, sample_papers.PHOTO_FILES.get)
    assert "拍摄时间 不详" in "".join(page_texts(pdf))
