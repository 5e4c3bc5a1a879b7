"""The fonts are converted once and completely, loaded once, and draw what they are asked to."""

import io
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fontTools import subset
from fontTools.ttLib import TTFont

from reports import fonts as fonts_module
from reports.fonts import (
    SANS,
    SERIF,
    FontConversionError,
    FontRole,
    FontSet,
    cached_font_path,
    find_office_fonts,
    load_fonts,
    prepare_fonts,
)
from reports.layout import RECORD_FRAME, PageFlow, TextStyle
from tests.reports.conftest import REPOSITORY
from tests.reports.pdf_lines import placed_lines
from tests.reports.sample_papers import imprint


def small_truetype(source: Path, target: Path, characters: str) -> None:
    """A TrueType font of a few characters, as an office font that lacks the others."""
    font = TTFont(source)
    cutter = subset.Subsetter(subset.Options(glyph_names=False, notdef_outline=True))
    cutter.populate(text=characters)
    cutter.subset(font)
    font.save(target)


def drawn(fonts: FontSet, text: str) -> str:
    """What a page shows of `text`."""
    output = io.BytesIO()
    flow = PageFlow(output, RECORD_FRAME, fonts, imprint("test/1"), "测试")
    flow.paragraph(text, TextStyle(role=FontRole.BODY))
    flow.finish()
    # Pieces of one line may be set in several faces.
    return "".join(line.text for page in placed_lines(output.getvalue()) for line in page)


def test_both_packaged_fonts_are_converted_completely(font_folder: Path) -> None:
    paths = prepare_fonts(font_folder)
    for name, source in fonts_module.packaged_fonts().items():
        converted, original = TTFont(paths[name]), TTFont(source)
        assert converted.getBestCmap().keys() == original.getBestCmap().keys()
        assert converted["maxp"].numGlyphs == original["maxp"].numGlyphs
        assert "glyf" in converted
        assert "CFF " not in converted


def test_a_second_preparation_converts_nothing_and_takes_the_files_it_finds(font_folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in prepare_fonts(font_folder).values()}
    steps: list[str] = []
    paths = prepare_fonts(font_folder, lambda name, *_: steps.append(name))
    assert steps == []
    assert {path: path.stat().st_mtime_ns for path in paths.values()} == before


def test_threads_that_ask_at_once_get_one_set(font_folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        sets = list(pool.map(lambda _: load_fonts(font_folder), range(32)))
    assert len({id(one) for one in sets}) == 1


def test_the_cached_name_follows_the_source(tmp_path: Path) -> None:
    source = tmp_path / "A.otf"
    source.write_bytes(b"one")
    first = cached_font_path(tmp_path, source)
    source.write_bytes(b"two")
    assert cached_font_path(tmp_path, source) != first


def test_a_conversion_that_fails_says_why_and_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "Broken.otf"
    broken.write_bytes(b"this is no font")
    monkeypatch.setattr(fonts_module, "packaged_fonts", lambda: {SERIF: broken})
    with pytest.raises(FontConversionError, match="Not a TrueType or OpenType font"):
        prepare_fonts(tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [".lock"]


def test_the_command_names_the_files_it_made_ready(font_folder: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "reports.fonts", "--folder", str(font_folder)],
        capture_output=True,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONUTF8": "1"},
        check=True,
        timeout=300,
    )
    said = answer.stderr.decode()
    assert "中文字体已就绪" in said
    assert SERIF in said
    assert SANS in said


def test_office_fonts_are_preferred_where_installed_and_the_rest_stays_packaged(font_folder: Path, tmp_path: Path) -> None:
    office = tmp_path / "fonts" / "truetype"
    office.mkdir(parents=True)
    small_truetype(prepare_fonts(font_folder)[SANS], office / "SIMFANG.TTF", "检查记录第页共0123456789")
    fonts = load_fonts(font_folder, (tmp_path / "fonts",))
    assert fonts.face(FontRole.BODY).path == office / "SIMFANG.TTF"
    assert fonts.face(FontRole.TITLE).path.name.startswith(SERIF)


def test_a_character_the_office_font_lacks_is_drawn_in_the_packaged_one(font_folder: Path, tmp_path: Path) -> None:
    small_truetype(prepare_fonts(font_folder)[SANS], tmp_path / "simfang.ttf", "检查记录第页共0123456789")
    fonts = load_fonts(font_folder, (tmp_path,))
    assert "检查醴陵记录" in drawn(fonts, "检查醴陵记录")


def test_better_names_win_and_earlier_folders_win(tmp_path: Path) -> None:
    for folder, name in (("a", "simfang.ttf"), ("b", "仿宋_GB2312.ttf"), ("b", "simfang.ttf"), ("b", "SimHei.ttf")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_bytes(b"")
    found = find_office_fonts([tmp_path / "a", tmp_path / "b"])
    assert found == {FontRole.BODY: tmp_path / "b" / "仿宋_GB2312.ttf", FontRole.HEADING: tmp_path / "b" / "SimHei.ttf"}
    assert find_office_fonts([tmp_path / "a"]) == {FontRole.BODY: tmp_path / "a" / "simfang.ttf"}


def test_an_office_font_that_cannot_be_embedded_is_passed_over(font_folder: Path, tmp_path: Path) -> None:
    shutil.copy(fonts_module.packaged_fonts()[SANS], tmp_path / "simhei.ttf")  # PostScript outlines under a TrueType name
    (tmp_path / "simkai.ttf").write_bytes(b"broken")
    fonts = load_fonts(font_folder, (tmp_path,))
    assert fonts.face(FontRole.HEADING).path.name.startswith(SANS)
    assert fonts.face(FontRole.SUBHEADING).path.name.startswith(SERIF)


def test_a_character_no_font_has_leaves_a_visible_gap(fonts: FontSet) -> None:
    assert "王〓检" in drawn(fonts, "王\U0001f642检")


def test_control_and_direction_characters_are_not_drawn(fonts: FontSet) -> None:
    assert "甲乙丙" in drawn(fonts, "甲\x00\u202e乙\ufeff丙")
