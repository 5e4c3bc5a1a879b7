"""The photo store: write-once, verified, nothing half-written under a final name."""

import hashlib
from pathlib import Path

import pytest

from server.errors import DigestMismatch
from server.photo_store import FolderPhotoStore

DATA = b"\xff\xd8\xff" + bytes(range(256)) * 500
SHA256 = hashlib.sha256(DATA).hexdigest()


def _put(store: FolderPhotoStore, data: bytes = DATA, sha256: str = SHA256) -> Path:
    incoming = store.begin()
    incoming.write(data[:1000])
    incoming.write(data[1000:])
    return incoming.keep(sha256)


def test_bytes_come_back_as_they_went_in(tmp_path: Path) -> None:
    store = FolderPhotoStore(tmp_path)
    _put(store)
    with store.open(SHA256) as file:
        assert file.read() == DATA
    assert list(store.list_digests()) == [SHA256]


def test_other_bytes_than_announced_are_not_kept(tmp_path: Path) -> None:
    store = FolderPhotoStore(tmp_path)
    with pytest.raises(DigestMismatch):
        _put(store, DATA + b"x")
    assert not store.has(SHA256)
    assert list((tmp_path / "incoming").iterdir()) == []


def test_putting_again_keeps_the_first_file(tmp_path: Path) -> None:
    store = FolderPhotoStore(tmp_path)
    first = _put(store).stat()
    second = _put(store).stat()
    assert (first.st_ino, first.st_mtime_ns) == (second.st_ino, second.st_mtime_ns)
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_damaged_original_is_replaced_by_the_whole_one(tmp_path: Path) -> None:
    store = FolderPhotoStore(tmp_path)
    path = _put(store)
    path.write_bytes(b"damaged")
    _put(store)
    assert path.read_bytes() == DATA


def test_no_path_can_be_smuggled_in(tmp_path: Path) -> None:
    store = FolderPhotoStore(tmp_path)
    with pytest.raises(ValueError, match="sha256"):
        store.has("../../etc/passwd")


def test_the_sweep_takes_only_what_was_left_behind(tmp_path: Path) -> None:
    import os

    store = FolderPhotoStore(tmp_path)
    old = store.begin()
    old.write(b"half")
    abandoned = next((tmp_path / "incoming").iterdir())
    os.utime(abandoned, (1, 1))
    fresh = store.begin()
    fresh.write(b"going on")
    assert store.sweep(3600) == 1
    assert not abandoned.exists()
    assert len(list((tmp_path / "incoming").iterdir())) == 1
    fresh.discard()
    old.discard()
