"""Photos from phones: kept byte for byte whatever they are, verified, made small and upright, never seen by strangers."""

import hashlib
import io
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from server.models.photos import Photo
from server.photos.imaging import LARGE_PIXELS, room_for
from server.photos.service import check_unread_photos
from tests import pictures
from tests.cast import World
from tests.doors import Browser, Phone, running

DEVICE_FILES = Path(__file__).parent.parent.parent.parent / "shared" / "photos"
GOOD = {
    "jpeg": (pictures.jpeg(), "image/jpeg"),
    "png": (pictures.encoded("PNG"), "image/png"),
    "webp": (pictures.encoded("WEBP"), "image/webp"),
    "heic": (pictures.encoded("HEIF"), "image/heic"),
    "jpeg for print": (pictures.encoded("JPEG", mode="CMYK"), "image/jpeg"),
    "progressive jpeg": (pictures.encoded("JPEG", progressive=True), "image/jpeg"),
    "jpeg with a film behind it": (pictures.jpeg() + b"\0\0\0\x18ftypmp42" + bytes(100_000), "image/jpeg"),
    "two pictures in one jpeg": (pictures.encoded("MPO", save_all=True, append_images=[pictures.scene(seed=2)]), "image/jpeg"),
    "moving webp": (pictures.encoded("WEBP", save_all=True, append_images=[pictures.scene(seed=2)], duration=100), "image/webp"),
    "moving png": (pictures.encoded("PNG", save_all=True, append_images=[pictures.scene(seed=2)]), "image/png"),
    "png of few colours": (pictures.encoded("PNG", mode="P"), "image/png"),
    "heic with more behind it": (pictures.encoded("HEIF") + b"x" * 1000, "image/heic"),
}
ODD = {
    "empty": b"",
    "text": "这不是照片".encode(),
    "half a jpeg": pictures.jpeg()[:4000],
    "only a jpeg header": pictures.jpeg()[:20],
    "png without data": pictures.encoded("PNG")[:60],
    "webp cut": pictures.encoded("WEBP")[:200],
    "heic cut": pictures.encoded("HEIF")[:300],
    "gigapixels": pictures.huge_png(),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "heic without its end": pictures.encoded("HEIF")[:-200],
    "tiff": pictures.encoded("TIFF"),
    "gif": pictures.encoded("GIF"),
    "mp4": b"\0\0\0\x18ftypmp42" + bytes(400),
}


def sha256(data: bytes) -> str:
    """The name a photo goes by."""
    return hashlib.sha256(data).hexdigest()


def put(phone: Phone, data: bytes, name: str | None = None) -> Any:
    """Send a photo."""
    return phone.put(f"photos/{name or sha256(data)}", content=data, headers={"content-type": "application/octet-stream"})


def original(world: World, data: bytes) -> bytes:
    """What the store holds under a photo's name."""
    with world.services.photo_store.open(sha256(data)) as file:
        return file.read()


@pytest.mark.parametrize("kind", GOOD)
def test_every_kind_of_photo_is_kept_byte_for_byte_and_shown_small(sqlite_world: World, kind: str) -> None:
    data, media_type = GOOD[kind]
    with running(sqlite_world) as app:
        phone = Phone(app, sqlite_world)
        receipt = put(phone, data)
        assert receipt.status_code == 201
        assert receipt.json()["state"] == "stored"
        assert receipt.json()["media_type"] == media_type
        assert original(sqlite_world, data) == data
        small = phone.get(f"photos/{sha256(data)}?size=thumb")
        assert small.status_code == 200
        with Image.open(io.BytesIO(small.content)) as image:
            assert image.format == "JPEG"
            assert max(image.size) == 360
            assert not image.getexif()
            left, right = (image.convert("RGB").getpixel(place) for place in ((40, 40), (320, 40)))
            assert is_red(left), left
            assert not is_red(right), right


def is_red(colour: Any) -> bool:
    """Whether it is the red of the scene's top left quarter, whatever the colours went through."""
    red, green, blue = colour
    return bool(red > 150 and green < 60 and blue < 60)


@pytest.mark.parametrize(("value", "shown"), [(0, 0), (20_000, 78), (40_000, 156), (65_535, 255)])
def test_a_photo_of_sixteen_bits_is_shown_as_bright_as_it_is(sqlite_world: World, value: int, shown: int) -> None:
    data = pictures.deep_grey(value)
    with running(sqlite_world) as app:
        phone = Phone(app, sqlite_world)
        assert put(phone, data).status_code == 201
        with Image.open(io.BytesIO(phone.get(f"photos/{sha256(data)}?size=thumb").content)) as image:
            darkest, brightest = image.convert("L").crop((90, 90, 110, 110)).getextrema()
            assert (darkest, brightest) == pytest.approx((shown, shown), abs=2)


def test_large_pictures_are_opened_one_at_a_time() -> None:
    # A file of three hundred kilobytes can announce a picture that takes as many megabytes to open.
    open_now, most = 0, 0
    guard = threading.Lock()

    def look(pixels: int) -> None:
        nonlocal open_now, most
        with room_for(pixels):
            with guard:
                open_now += 1
                most = max(most, open_now)
            time.sleep(0.02)
            with guard:
                open_now -= 1

    for pixels, expected in ((LARGE_PIXELS + 1, 1), (LARGE_PIXELS, 2)):
        most = 0
        threads = [threading.Thread(target=look, args=(pixels,)) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert most == expected


def test_a_photo_sent_again_gets_200_and_the_same_receipt(world: World) -> None:
    with running(world) as app:
        phone = Phone(app, world)
        first, second = put(phone, GOOD["jpeg"][0]), put(phone, GOOD["jpeg"][0])
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.content == second.content


@pytest.mark.parametrize("kind", ODD)
def test_odd_files_are_accepted_kept_and_marked(sqlite_world: World, kind: str) -> None:
    data = ODD[kind]
    with running(sqlite_world) as app:
        phone = Phone(app, sqlite_world)
        receipt = put(phone, data)
        assert receipt.status_code == 201
        assert original(sqlite_world, data) == data
        check_unread_photos(sqlite_world.database, sqlite_world.services.photo_store)
        again = put(phone, data).json()
        assert again["readable"] is False
        assert again["problem"]
        assert phone.get(f"photos/{sha256(data)}?size=thumb").status_code == 404
        download = Browser(app, "office").get(f"/photos/{sha256(data)}/original")
        assert download.content == data
        assert download.headers["content-type"] == "application/octet-stream"
        assert "attachment" in download.headers["content-disposition"]


def test_a_whole_photo_is_known_to_be_readable_after_the_timed_work(world: World) -> None:
    with running(world) as app:
        phone = Phone(app, world)
        assert put(phone, GOOD["jpeg"][0]).json()["readable"] is None
        check_unread_photos(world.database, world.services.photo_store)
        assert put(phone, GOOD["jpeg"][0]).json()["readable"] is True


def test_other_bytes_than_announced_are_refused_and_nothing_is_kept(world: World) -> None:
    with running(world) as app:
        phone = Phone(app, world)
        answer = put(phone, b"damaged on the way", sha256(GOOD["jpeg"][0]))
        assert answer.status_code == 400
        assert answer.json()["type"] == "/problems/digest-mismatch"
        assert phone.client.head(f"/mobile/v1/photos/{sha256(GOOD['jpeg'][0])}").status_code == 404


def test_a_photo_over_the_limit_is_refused_with_the_limit(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        too_large = bytes(sqlite_world.settings.photo_max_bytes + 1)
        answer = put(Phone(app, sqlite_world), too_large)
        assert answer.status_code == 413
        assert answer.json()["limit_mb"] == sqlite_world.settings.photo_max_mb


@pytest.mark.parametrize("name", ["..%2f..%2fetc", "abc", "g" * 64])
def test_only_a_sha256_is_a_photos_address(sqlite_world: World, name: str) -> None:
    with running(sqlite_world) as app:
        assert put(Phone(app, sqlite_world), b"x", name).status_code in {400, 404}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_renditions_are_upright_whichever_way_the_phone_was_held(sqlite_world: World, orientation: int) -> None:
    data = pictures.jpeg(orientation=orientation)
    with running(sqlite_world) as app:
        phone = Phone(app, sqlite_world)
        put(phone, data)
        with Image.open(io.BytesIO(phone.get(f"photos/{sha256(data)}?size=thumb").content)) as image:
            assert image.size == (360, 270)
            red, green, _ = image.convert("RGB").getpixel((20, 20))  # type: ignore[misc]
            assert red > 150 > green


def test_time_and_place_are_read_from_exif_and_the_rendition_has_none(world: World) -> None:
    data = pictures.jpeg(gps=True)
    with running(world) as app:
        phone = Phone(app, world)
        put(phone, data)
        with world.work_as("office", write=False) as work:
            photo = work.session.get_one(Photo, (world.park_id, sha256(data)))
            assert photo.taken_at is not None
            assert photo.taken_at.isoformat() == "2026-11-20T01:41:00+00:00"
            assert photo.latitude == pytest.approx(27.6612, abs=1e-4)
            assert photo.longitude == pytest.approx(113.5127, abs=1e-4)
            assert photo.camera == "Parksafe Test"
        assert b"Exif" not in phone.get(f"photos/{sha256(data)}?size=view").content


def test_another_park_knows_nothing_of_a_photo(world: World) -> None:
    data = GOOD["jpeg"][0]
    with running(world) as app:
        put(Phone(app, world), data)
        stranger = Phone(app, world, "foreign_inspector")
        assert stranger.client.head(f"/mobile/v1/photos/{sha256(data)}").status_code == 404
        assert stranger.get(f"photos/{sha256(data)}").status_code == 404
        assert Browser(app, "outsider").get(f"/photos/{sha256(data)}/thumb").status_code == 404
        assert put(stranger, data).status_code == 201


def _device_files() -> list[Path]:
    return sorted(path for path in DEVICE_FILES.glob("*") if path.suffix.lower() in {".jpg", ".heic"}) if DEVICE_FILES.is_dir() else []


@pytest.mark.skipif(not _device_files(), reason="the folder of real device photos is not here")
@pytest.mark.parametrize("path", _device_files(), ids=lambda path: path.name)
def test_real_device_files_are_kept_read_and_shown(sqlite_world: World, path: Path) -> None:
    data = path.read_bytes()
    with running(sqlite_world) as app:
        phone = Phone(app, sqlite_world)
        assert put(phone, data).status_code == 201
        check_unread_photos(sqlite_world.database, sqlite_world.services.photo_store)
        assert put(phone, data).json()["readable"] is True
        assert phone.get(f"photos/{sha256(data)}?size=view").status_code == 200
        assert original(sqlite_world, data) == data
