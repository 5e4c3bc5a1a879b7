"""Where do photo originals live, and how do we know they are whole?

By their sha256, write-once: bytes go to a temporary name while they are hashed, are fsynced, read back and compared, and only then take
their final name; the folder is fsynced too. A photo that has its final name is therefore complete, and nothing refers to one before it
has. Renditions (thumbnails) are derived, may be lost, and are made again.
"""

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from server.errors import DigestMismatch, TooLarge
from server.ids import new_id

SHA256 = re.compile(r"[0-9a-f]{64}")
_BLOCK = 1 << 20


class IncomingPhoto(Protocol):
    """A photo on its way in."""

    size: int

    def write(self, block: bytes) -> None:
        """Take the next bytes."""

    def keep(self, sha256: str) -> Path:
        """Make it durable under its digest; raises `DigestMismatch` and keeps nothing when the bytes are others."""

    def discard(self) -> None:
        """Forget it; harmless after `keep`."""


class PhotoStore(Protocol):
    """Four methods for originals: begin, open, has, sweep; and two for what is derived from them."""

    def begin(self) -> IncomingPhoto:
        """Start receiving a photo."""

    def open(self, sha256: str) -> BinaryIO:
        """The original bytes. Raises `FileNotFoundError`."""

    def has(self, sha256: str) -> bool:
        """Whether the original is stored whole."""

    def sweep(self, older_than_seconds: float) -> int:
        """Remove what was left behind by uploads that never finished; returns how many."""

    def find_rendition(self, sha256: str, name: str) -> Path | None:
        """A rendition made before."""

    def keep_rendition(self, sha256: str, name: str, data: bytes) -> Path:
        """Keep a rendition."""


class FolderPhotoStore:
    """Originals in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._originals = folder / "originals"
        self._incoming = folder / "incoming"
        self._renditions = folder / "renditions"
        for one in (self._originals, self._incoming, self._renditions):
            one.mkdir(parents=True, exist_ok=True)
        # The 256 shelves are there from the start, so that keeping a photo needs one folder made durable and not three.
        missing = [one for one in (self._originals / f"{number:02x}" for number in range(256)) if not one.exists()]
        for one in missing:
            one.mkdir(exist_ok=True)
        if missing:
            _fsync_folder(self._originals)

    def begin(self) -> "FolderIncomingPhoto":
        """Start receiving a photo."""
        return FolderIncomingPhoto(self._incoming / new_id().hex, self)

    def path(self, sha256: str) -> Path:
        """Where an original lives. Raises `ValueError` for what is not a sha256, so no path can be smuggled in."""
        if not SHA256.fullmatch(sha256):
            raise ValueError("not a sha256")
        return self._originals / sha256[:2] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """The original bytes."""
        return self.path(sha256).open("rb")

    def has(self, sha256: str) -> bool:
        """Whether the original is stored whole."""
        return self.path(sha256).exists()

    def list_digests(self) -> Iterator[str]:
        """Every stored original, for the nightly look at what is missing or left over."""
        for path in self._originals.glob("*/*"):
            yield path.name

    def sweep(self, older_than_seconds: float) -> int:
        """Remove unfinished uploads not touched for that long."""
        removed = 0
        newest = max((path.stat().st_mtime for path in self._incoming.iterdir()), default=0.0)
        for path in self._incoming.iterdir():
            with contextlib.suppress(FileNotFoundError):
                # Measured against the newest upload, not against a clock, so a machine whose clock jumps sweeps nothing in use.
                if newest - path.stat().st_mtime >= older_than_seconds:
                    path.unlink()
                    removed += 1
        return removed

    def find_rendition(self, sha256: str, name: str) -> Path | None:
        """A rendition made before."""
        path = self._rendition_path(sha256, name)
        return path if path.exists() else None

    def keep_rendition(self, sha256: str, name: str, data: bytes) -> Path:
        """Keep a rendition; two makers at once harm nobody, the last rename wins and both are the same."""
        path = self._rendition_path(sha256, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{new_id().hex}")
        temporary.write_bytes(data)
        temporary.replace(path)
        return path

    def _rendition_path(self, sha256: str, name: str) -> Path:
        return self._renditions / self.path(sha256).relative_to(self._originals).with_name(f"{sha256}-{name}.jpg")


class FolderIncomingPhoto:
    """A photo being written to a temporary name and hashed on the way."""

    def __init__(self, path: Path, store: FolderPhotoStore) -> None:
        self._path = path
        self._store = store
        self._digest = hashlib.sha256()
        self._file: BinaryIO | None = path.open("xb", buffering=0)
        self.size = 0

    def write(self, block: bytes) -> None:
        """Take the next bytes."""
        if self._file is None:
            raise ValueError("already finished")
        view = memoryview(block)
        while view:
            view = view[self._file.write(view) :]
        self._digest.update(block)
        self.size += len(block)

    def keep(self, sha256: str) -> Path:
        """Verify, fsync, read back, rename, fsync the folder."""
        received = self._digest.hexdigest()
        if self._file is None:
            raise ValueError("already finished")
        if received != sha256:
            self.discard()
            raise DigestMismatch(sha256, received, self.size)
        target = self._store.path(sha256)
        if target.exists() and digest_of(target) == sha256:
            # Evidence is write-once: the stored original stays the very same file.
            self.discard()
            return target
        os.fsync(self._file.fileno())
        self._file.close()
        self._file = None
        if digest_of(self._path) != sha256:
            self.discard()
            raise OSError(f"the disk gave back other bytes than were written: {self._path}")
        self._path.replace(target)
        _fsync_folder(target.parent)
        return target

    def discard(self) -> None:
        """Forget it."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._path.unlink(missing_ok=True)


class Stored(msgspec.Struct, frozen=True):
    """What the store now holds of an upload."""

    sha256: str
    size: int
    path: Path


def store_upload(store: PhotoStore, source: BinaryIO, what: str, *, max_bytes: int) -> Stored:
    """Store a file somebody chose in a form, from its start; `what` names it in the refusal. Raises `TooLarge` and keeps nothing then."""
    source.seek(0)
    digest = hashlib.sha256()
    incoming = store.begin()
    try:
        while block := source.read(_BLOCK):
            if incoming.size + len(block) > max_bytes:
                raise TooLarge(what, max_bytes / 1_000_000)
            digest.update(block)
            incoming.write(block)
        sha256, size = digest.hexdigest(), incoming.size
        return Stored(sha256, size, incoming.keep(sha256))
    finally:
        incoming.discard()


def read_blocks(file: BinaryIO) -> Iterator[bytes]:
    """A file in blocks, for a streamed answer; closed at its end, or when whoever asked hangs up."""
    with file:
        while block := file.read(_BLOCK):
            yield block


def digest_of(path: Path) -> str:
    """The sha256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fsync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
