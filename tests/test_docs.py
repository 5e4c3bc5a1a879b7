"""What the documentation promises is there: settings, scripts, rooms, problems."""

import re
from pathlib import Path

import msgspec

from server.errors import RETIRED_CODES, all_refusals
from server.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_stands_in_the_readme_with_its_default() -> None:
    for field in msgspec.structs.fields(Settings):
        row = re.search(rf"^\| `{PREFIX}{field.name.upper()}` \| (.+?) \|", README, re.MULTILINE)
        assert row, f"{field.name} is not in the README"
        default = "" if field.default is None else str(field.default)
        assert row.group(1) == (f"`{default}`" if default else "(empty)"), field.name


def test_the_readme_names_no_setting_that_is_not_there() -> None:
    known = {PREFIX + field.name.upper() for field in msgspec.structs.fields(Settings)}
    assert set(re.findall(r"PARKSAFE_[A-Z_]+", README)) <= known


def test_every_script_the_readme_names_can_be_run() -> None:
    for name in set(re.findall(r"scripts/([a-z]+)", README)):
        path = ROOT / "scripts" / name
        assert path.exists(), name
        assert path.stat().st_mode & 0o111, name


def test_every_refusal_has_its_own_code_a_chinese_title_and_a_status() -> None:
    codes = [refusal.code for refusal in all_refusals()]
    assert len(codes) == len(set(codes))
    assert not set(codes) & RETIRED_CODES
    for refusal in all_refusals():
        assert re.search(r"[\u4e00-\u9fff]", refusal.title), refusal.code
        assert 400 <= refusal.status < 600, refusal.code
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", refusal.code)
