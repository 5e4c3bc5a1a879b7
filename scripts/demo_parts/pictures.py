"""How does a photo of the demonstration come about?

Drawn with Pillow: a place from `scenes`, light, grain, and a caption bar that says 虚构; written as JPEG with the time and position a phone
would have put into it. The same request gives the same bytes, in whichever process it is drawn.
"""

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from fractions import Fraction
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import NormalDist

import msgspec
import pylopdf_fonts_zh_cn
from PIL import Image, ImageChops, ImageDraw, ImageFont

from scripts.demo_parts.chance import chance_of
from scripts.demo_parts.drawing import HEIGHT, WIDTH, Sketch
from scripts.demo_parts.scenes import SCENES
from server.clock import CHINA

_BAR = 92
_GRAINS = 3


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A photo to be drawn. Pictures of the same `seed` and `scene` show the same place; `shot` moves the camera a little.

    `truncated` cuts the file off, as a phone does that lost power while writing.
    """

    name: str
    scene: str
    seed: int
    after: bool
    shot: int
    lines: tuple[str, str]
    taken_at: datetime
    latitude: float
    longitude: float
    truncated: bool = False


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A signature written on a phone's screen."""

    name: str
    seed: int


def draw_picture(picture: Picture | Signed, folder: Path) -> Path:
    """Draw one file into the folder and return its path."""
    return _draw_signature(picture, folder) if isinstance(picture, Signed) else _draw_photo(picture, folder)


def _draw_photo(picture: Picture, folder: Path) -> Path:
    image = Image.new("RGB", (WIDTH, HEIGHT))
    SCENES[picture.scene](Sketch(ImageDraw.Draw(image), chance_of(picture.seed), after=picture.after))
    image = _as_photographed(image, chance_of(picture.seed * 31 + picture.shot))
    _write_caption(image, picture.lines)
    path = folder / f"{picture.name}.jpg"
    image.save(path, "JPEG", quality=82, exif=_exif_of(picture))
    if picture.truncated:
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 3])
    return path


def _as_photographed(image: Image.Image, random: Random) -> Image.Image:
    """Another stand of the camera, uneven light, grain."""
    zoom, shift = random.uniform(0.93, 0.97), (random.uniform(0, 36), random.uniform(0, 27))
    seen = (*shift, shift[0] + WIDTH * zoom, shift[1] + HEIGHT * zoom)
    # Enlarging a little also takes the hard edges off what was drawn.
    moved = image.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=seen)
    lit = ImageChops.multiply(moved, _light(random.randrange(_GRAINS)))
    return ImageChops.add(lit, _grain(random.randrange(_GRAINS)), scale=1.0, offset=-14 + random.randrange(-8, 9))


@cache
def _light(kind: int) -> Image.Image:
    """Light that falls off towards the corners, brightest where a window or a lamp would be."""
    small = Image.new("L", (48, 36))
    x, y = ((24, 12), (10, 10), (40, 14))[kind]
    small.putdata([round(255 - min(70.0, 1.7 * math.hypot(column - x, row - y))) for row in range(36) for column in range(48)])
    return Image.merge("RGB", [small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)] * 3)


@cache
def _grain(kind: int) -> Image.Image:
    """Sensor noise around 14, normally distributed, the same at every run."""
    uniform = Image.frombytes("L", (WIDTH, HEIGHT), chance_of(kind).randbytes(WIDTH * HEIGHT))
    spread = NormalDist(14, 3.4)
    noise = uniform.point([round(spread.inv_cdf((value + 0.5) / 256)) for value in range(256)])
    return Image.merge("RGB", [noise] * 3)


@cache
def caption_font(size: int) -> ImageFont.FreeTypeFont:
    """The font of captions."""
    return ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), size)


def _write_caption(image: Image.Image, lines: tuple[str, str]) -> None:
    bar = image.crop((0, HEIGHT - _BAR, WIDTH, HEIGHT)).point(lambda value: value * 0.28)
    image.paste(bar, (0, HEIGHT - _BAR))
    draw = ImageDraw.Draw(image)
    draw.text((24, HEIGHT - _BAR + 10), lines[0], font=caption_font(30), fill=(255, 255, 255))
    draw.text((24, HEIGHT - _BAR + 52), lines[1], font=caption_font(24), fill=(224, 224, 224))
    draw.rectangle((WIDTH - 128, HEIGHT - _BAR + 20, WIDTH - 24, HEIGHT - 20), outline=(255, 214, 90), width=3)
    draw.text((WIDTH - 106, HEIGHT - _BAR + 25), "虚构", font=caption_font(30), fill=(255, 214, 90))


def _exif_of(picture: Picture) -> Image.Exif:
    exif = Image.Exif()
    local = picture.taken_at.astimezone(CHINA)
    stamp = local.strftime("%Y:%m:%d %H:%M:%S")
    exif[0x010F], exif[0x0110], exif[0x0131], exif[0x0132] = "Parksafe", "Demo Camera", "Parksafe demo (fictional)", stamp
    inner = exif.get_ifd(0x8769)
    inner[0x9003], inner[0x9011] = stamp, "+08:00"
    position = exif.get_ifd(0x8825)
    position[1], position[2], position[3], position[4] = "N", _degrees(picture.latitude), "E", _degrees(picture.longitude)
    return exif


def _degrees(value: float) -> tuple[Fraction, Fraction, Fraction]:
    whole = int(value)
    minutes = int((value - whole) * 60)
    return Fraction(whole), Fraction(minutes), Fraction(round(((value - whole) * 60 - minutes) * 60 * 1000), 1000)


def _draw_signature(signed: Signed, folder: Path) -> Path:
    random = chance_of(signed.seed)
    image = Image.new("L", (360, 140), 255)
    draw = ImageDraw.Draw(image)
    x = 30.0
    for _ in range(random.randrange(3, 5)):
        points = [(x, random.uniform(30, 100))]
        for _ in range(random.randrange(5, 9)):
            x = min(335.0, x + random.uniform(-12, 26))
            points.append((x, random.uniform(20, 120)))
        draw.line(points, fill=20, width=4, joint="curve")
        x += random.uniform(4, 16)
    path = folder / f"{signed.name}.png"
    image.save(path, "PNG", optimize=True)
    return path


class Studio:
    """Draws pictures ahead in other processes, and hands each out when its moment in the story comes."""

    def __init__(self, folder: Path, pool: ProcessPoolExecutor | None) -> None:
        self._folder = folder
        self._pool = pool
        self._ordered: dict[str, Future[Path]] = {}

    def order(self, pictures: Sequence[Picture | Signed]) -> None:
        """Have pictures drawn, in this order."""
        if self._pool is not None:
            self._ordered |= {one.name: self._pool.submit(draw_picture, one, self._folder) for one in pictures}

    def take(self, picture: Picture | Signed) -> Path:
        """The finished file; its receiver removes it."""
        waiting = self._ordered.pop(picture.name, None)
        return draw_picture(picture, self._folder) if waiting is None else waiting.result()


@contextmanager
def open_studio(folder: Path, processes: int | None = None) -> Iterator[Studio]:
    """A studio in a folder, with as many processes as there are cores unless told; 0 draws in this process."""
    processes = (os.cpu_count() or 1) if processes is None else processes
    if processes == 0:
        yield Studio(folder, None)
        return
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    try:
        yield Studio(folder, pool)
    finally:
        pool.shutdown(cancel_futures=True)
