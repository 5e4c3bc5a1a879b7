"""Pictures for the tests, made on the spot: right ones of every kind we take, turned ones, broken ones."""

import io
import struct
import zlib
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()


def scene(width: int = 640, height: int = 480, *, seed: int = 1) -> Image.Image:
    """A picture whose top left quarter is red, so that one can see which way is up."""
    image = Image.new("RGB", (width, height), (90, 110, 120))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2, height // 2), fill=(200, 30, 30))
    draw.text((10, height - 20), f"{seed}", fill="white")
    return image


def jpeg(*, seed: int = 1, orientation: int = 1, gps: bool = False, width: int = 640, height: int = 480) -> bytes:
    """A JPEG with EXIF: stored so that it reads upright when `orientation` is honoured."""
    image = scene(width, height, seed=seed)
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    stored = image.transpose(turn) if turn is not None else image
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Parksafe"
    exif[0x0110] = "Test"
    details = exif.get_ifd(0x8769)
    details[0x9003] = "2026:11:20 09:41:00"
    details[0x9011] = "+08:00"
    if gps:
        position = exif.get_ifd(0x8825)
        position.update({1: "N", 2: (27.0, 39.0, 40.32), 3: "E", 4: (113.0, 30.0, 45.72)})
    out = io.BytesIO()
    stored.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def encoded(kind: str, *, seed: int = 1, mode: str = "RGB", **options: Any) -> bytes:
    """The scene as PNG, WEBP, HEIF or another kind Pillow writes, in a mode, with its options."""
    out = io.BytesIO()
    scene(seed=seed).convert(mode).save(out, kind, **options)
    return out.getvalue()


def deep_grey(value: int) -> bytes:
    """A PNG of one grey with sixteen bits, as thermal cameras write."""
    out = io.BytesIO()
    Image.new("I;16", (640, 480), value).save(out, "PNG")
    return out.getvalue()


def huge_png(width: int = 40_000, height: int = 40_000) -> bytes:
    """A small file that announces a picture of 1.6 gigapixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
