"""Which fonts do the papers use, and where do they come from?

GB/T 9704-2012 asks for 仿宋_GB2312, 小标宋, 黑体 and 楷体. They may not be handed out with a program, so they are taken where an office
has them installed as TrueType; elsewhere the packaged Noto Serif SC and Noto Sans SC (SIL OFL) stand in. The packaged ones are
converted once, about 25 s with two cores, into a cache folder: complete files only, under a name that carries the source's digest,
safe when several processes ask at once.

`python -m reports.fonts --folder FOLDER` prepares the cache and shows how far it is. A process reads each font once, at its first paper.
"""

import argparse
import contextlib
import hashlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path

import pylopdf_fonts_zh_cn
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDocument
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from reports import font_conversion

if sys.platform != "win32":
    import fcntl

Progress = Callable[[str, int, int], None]
"""Gets a font's name, glyphs done and glyphs in all."""


class FontRole(StrEnum):
    """What a text is, as far as its typeface goes."""

    BODY = "body"  # 仿宋_GB2312
    TITLE = "title"  # 小标宋
    HEADING = "heading"  # 黑体
    SUBHEADING = "subheading"  # 楷体
    DENSE = "dense"  # tables of many columns, read at 7 to 9 points: always a plain sans


SERIF = "NotoSerifSC-Regular"
SANS = "NotoSansSC-Regular"

PACKAGED_FONT = {
    FontRole.BODY: SERIF,
    FontRole.TITLE: SERIF,
    FontRole.HEADING: SANS,
    FontRole.SUBHEADING: SERIF,
    FontRole.DENSE: SANS,
}

# File names under which Windows, WPS and the makers of the fonts install them, lower case, best first.
OFFICE_FONT_FILES: dict[FontRole, tuple[str, ...]] = {
    FontRole.BODY: ("仿宋_gb2312.ttf", "simfang_gb2312.ttf", "fangsong_gb2312.ttf", "simfang.ttf", "仿宋.ttf"),
    FontRole.TITLE: ("方正小标宋简体.ttf", "fzxbsjw.ttf", "fzxbsk.ttf", "方正小标宋_gbk.ttf", "小标宋.ttf"),
    FontRole.HEADING: ("simhei.ttf", "黑体.ttf"),
    FontRole.SUBHEADING: ("楷体_gb2312.ttf", "simkai_gb2312.ttf", "simkai.ttf", "楷体.ttf"),
    FontRole.DENSE: (),
}

# Stands for a character that no font at hand can draw: a visible gap, never a silent one.
MISSING_CHARACTER = "〓"


class CharWidths(dict[str, float]):
    """Width of each character in thousandths of an em; an unknown one counts as a full em."""

    def __missing__(self, character: str) -> float:
        return 1000.0


class SharedFont(TTFont):  # type: ignore[misc]
    """A font used by papers drawn at the same time on several threads.

    ReportLab keeps what a document uses of a font per document, but cuts the subset with one shared reading position.
    """

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(name, str(path))
        self._subset_lock = threading.Lock()

    def addObjects(self, doc: PDFDocument) -> None:  # noqa: N802 - ReportLab's name
        with self._subset_lock:
            super().addObjects(doc)


class Face:
    """One typeface ready for drawing: its name in the PDF, its widths, and what it can draw.

    `widths` also knows the characters of `substitute`, in which those missing here are drawn.
    """

    def __init__(self, name: str, path: Path, substitute: "Face | None" = None) -> None:
        font = SharedFont(name, path)
        pdfmetrics.registerFont(font)
        self.name = name
        self.path = path
        self.substitute = substitute
        own = {chr(code): float(width) for code, width in font.face.charWidths.items()}
        self.covered = frozenset(own)
        self.widths: Mapping[str, float] = CharWidths({**(substitute.widths if substitute else {}), **own})

    def runs(self, text: str) -> Iterator[tuple["Face", str]]:
        """`text` in pieces, each with the face that draws it."""
        if self.substitute is None or self.covered.issuperset(text):
            yield self, text
            return
        start, own = 0, text[0] in self.covered
        for position, character in enumerate(text):
            if (character in self.covered) is not own:
                yield from self._piece(text[start:position], own)
                start, own = position, not own
        yield from self._piece(text[start:], own)

    def _piece(self, text: str, own: bool) -> Iterator[tuple["Face", str]]:
        if own or self.substitute is None:
            yield self, text
        else:
            yield from self.substitute.runs(text)


class FontSet:
    """The faces of all roles."""

    def __init__(self, faces: Mapping[FontRole, Face]) -> None:
        self._faces = dict(faces)
        self._common = frozenset.intersection(*(frozenset(face.widths) for face in self._faces.values()))

    def face(self, role: FontRole) -> Face:
        """The face of a role."""
        return self._faces[role]

    def drawable(self, text: str, role: FontRole) -> str:
        """`text` with 〓 for each character that the role's face and its substitute lack."""
        if self._common.issuperset(text):
            return text
        known = self._faces[role].widths
        return "".join(character if character in known or character == "\n" else MISSING_CHARACTER for character in text)


def packaged_fonts() -> dict[str, Path]:
    """The packaged fonts as they come, by name."""
    return {SERIF: pylopdf_fonts_zh_cn.serif_path(), SANS: pylopdf_fonts_zh_cn.sans_path()}


def cached_font_path(folder: Path, source: Path) -> Path:
    """Where the converted form of `source` is kept: the name changes with the source and with the way of converting."""
    with source.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return folder / f"{source.stem}-{digest[:12]}-v{font_conversion.CONVERSION_VERSION}.ttf"


def prepare_fonts(folder: Path, progress: Progress | None = None) -> dict[str, Path]:
    """Convert what is not yet in the cache `folder`, one process per font; returns the converted files by name.

    Raises `FontConversionError` when a conversion fails. A second process that asks meanwhile waits for the first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {name: (source, cached_font_path(folder, source)) for name, source in packaged_fonts().items()}
    if not all(target.exists() for _, target in wanted.values()):
        with _only_one_at_a_time(folder), ThreadPoolExecutor(len(wanted)) as pool:
            waiting = [
                pool.submit(_convert, name, source, target, progress)
                for name, (source, target) in wanted.items()
                if not target.exists()  # another process may have made it while we waited
            ]
            for one in waiting:
                one.result()
    return {name: target for name, (_, target) in wanted.items()}


class FontConversionError(Exception):
    """A packaged font could not be converted; the text carries what the converter said."""


@contextlib.contextmanager
def _only_one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold the cache folder's lock. Without file locks (Windows) two processes may both convert: slower, and still right."""
    with (folder / ".lock").open("w") as lock:
        if sys.platform != "win32":
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _convert(name: str, source: Path, target: Path, progress: Progress | None) -> None:
    """Convert in a process of its own, under a temporary name, and put the file in place when it is whole."""
    handle, unfinished = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=".part", dir=target.parent)
    os.close(handle)
    try:
        # -P: the converter's own folder must not shadow other modules.
        command = [sys.executable, "-P", font_conversion.__file__, str(source), unfinished]
        with tempfile.TemporaryFile("w+") as complaints:
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, text=True) as converter:  # noqa: S603 - our own file
                for line in converter.stdout or ():
                    if progress:
                        done, total = line.split()
                        progress(name, int(done), int(total))
            if converter.returncode:
                complaints.seek(0)
                raise FontConversionError(f"{name}: {complaints.read().strip()}")
        Path(unfinished).chmod(0o644)
        Path(unfinished).replace(target)
    finally:
        Path(unfinished).unlink(missing_ok=True)


def system_font_folders() -> tuple[Path, ...]:
    """Where operating systems keep installed fonts."""
    home = Path.home()
    return (
        Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",
        home / "AppData/Local/Microsoft/Windows/Fonts",
        home / ".local/share/fonts",
        home / ".fonts",
        home / "Library/Fonts",
        Path("/Library/Fonts"),
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
    )


def find_office_fonts(folders: Sequence[Path]) -> dict[FontRole, Path]:
    """Fonts of GB/T 9704-2012 found in `folders` and below, by role: earlier folders first, better names first."""
    found: dict[str, Path] = {}
    wanted = {name for names in OFFICE_FONT_FILES.values() for name in names}
    for folder in folders:
        for directory, _, files in os.walk(folder):
            for file in sorted(files):
                if file.lower() in wanted:
                    found.setdefault(file.lower(), Path(directory) / file)
    return {
        role: found[best] for role, names in OFFICE_FONT_FILES.items() if (best := next((name for name in names if name in found), None))
    }


_loading = threading.Lock()
_loaded: dict[tuple[Path, tuple[Path, ...]], FontSet] = {}


def load_fonts(folder: Path, office_folders: Sequence[Path] = ()) -> FontSet:
    """The faces of all roles, read once per process; later calls return the same set.

    `folder` is the cache, filled first when it is not. `office_folders` are searched for the fonts GB/T 9704-2012 names; pass
    `system_font_folders()` to use what the machine has. A font found there that ReportLab cannot embed is passed over.
    """
    key = (folder.resolve(), tuple(office_folders))
    fonts = _loaded.get(key)
    if fonts is not None:
        return fonts
    with _loading:
        if key not in _loaded:
            _loaded[key] = _read_fonts(folder, office_folders)
        return _loaded[key]


def _read_fonts(folder: Path, office_folders: Sequence[Path]) -> FontSet:
    paths = prepare_fonts(folder)
    packaged = {SERIF: Face(paths[SERIF].stem, paths[SERIF])}
    packaged[SANS] = Face(paths[SANS].stem, paths[SANS], substitute=packaged[SERIF])
    office = find_office_fonts(office_folders)
    faces = {}
    for role, name in PACKAGED_FONT.items():
        faces[role] = packaged[name]
        path = office.get(role)
        if path is not None:
            # PostScript outlines under a .ttf name, or a licence that forbids embedding: the packaged face stays.
            with contextlib.suppress(TTFError, OSError):
                faces[role] = Face(f"{role}-{path.stem}", path, substitute=packaged[name])
    return FontSet(faces)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill the cache folder and show how far each font is."""
    parser = argparse.ArgumentParser(prog="python -m reports.fonts", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="cache folder (the setting font_folder)")
    folder: Path = parser.parse_args(arguments).folder
    done_of: dict[str, int] = {}
    on_terminal = sys.stderr.isatty()
    lock = threading.Lock()

    def show(name: str, done: int, total: int) -> None:
        with lock:
            before, done_of[name] = done_of.get(name, -1), 100 * done // total
            if on_terminal:
                state = "   ".join(f"{one} {percent:3d} %" for one, percent in sorted(done_of.items()))
                sys.stderr.write(f"\r正在准备中文字体（只需一次）：{state}")
            elif done_of[name] // 25 > before // 25:
                sys.stderr.write(f"正在准备中文字体：{name} {done_of[name]} %\n")
            sys.stderr.flush()

    paths = prepare_fonts(folder, show)
    if on_terminal and done_of:
        sys.stderr.write("\n")
    sys.stderr.write("中文字体已就绪：" + "，".join(str(path) for path in paths.values()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
