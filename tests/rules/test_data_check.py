"""Does the check of the data read every file, and tell a mistake with file, place and reason in Chinese?"""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.data_check import check_data
from rules.data_mistakes import in_chinese

ROOT = Path(__file__).parents[2]
DATA = ROOT / "rules" / "data"
README = (DATA / "README.md").read_text(encoding="utf-8")
REFUSALS = {"RuleDataError", "ExpressionError", "refuse"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the rules in which mistakes may be made."""
    shutil.copytree(ROOT / "rules", tmp_path / "rules", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def check(copy: Path) -> tuple[int, list[str]]:
    done = subprocess.run([sys.executable, "-m", "rules", "check"], cwd=copy, capture_output=True, check=False)
    assert done.stderr == b""
    return done.returncode, done.stdout.decode().splitlines()


def replace(copy: Path, file: str, old: str, new: str) -> None:
    path = copy / "rules" / "data" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_packaged_data_is_fit_to_be_used() -> None:
    report = check_data()
    assert report.mistakes == ()
    assert f"{len(list(DATA.rglob('*.toml')))} 个数据文件全部可用" in report.summary


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("restriction/lead_battery_2015.toml", "effect_new =", "efect_new =", ["entry 第 1 个（id = LAB-1）", "efect_new", "不认识键"]),
        ("restriction/lead_battery_2015.toml", "verified = false", 'verified = "no"', ["verified", "true 或 false", "文字"]),
        ("restriction/lead_battery_2015.toml", 'id = "LAB-2"', 'id = "LAB-1"', ["LAB-1", "编号重复"]),
        ("restriction/lead_battery_2015.toml", '"千伏安时/年"', '"斗"', ["LAB-1", "斗", "不能换算"]),
        ("restriction/lead_battery_2015.toml", 'op = "<"', 'op = "="', ["limits", "允许的值"]),
        ("deadlines/rectification.toml", "value = 15", "value = -15", ["rectification.general", "不能是负数"]),
        ("deadlines/rectification.toml", "repealed_on = 2026-02-01", "repealed_on = 2026-03-01", ["两条同时有效", "2026-02-01"]),
        ("grading/schemes/lec_colour4_ge.toml", "at_least = 160", "at_least = 60", ["level", "重叠"]),
        ("major_hazard/gm_10.toml", 'id = "GM-10-8-4"', 'id = "GM10-8-4"', ["GM10-8-4", "GM-10-"]),
        ("checklists/cera.toml", '"GM-10-6-5"', '"GM-10-6-55"', ["CERA-001", "GM-10-6-55", "major_hazard"]),
        ("calendar/2026.toml", "year = 2026", "year = 2026\nyear = 2026", ["写法", "写了两次", "行第"]),
        ("major_hazard_installation/named_substances.toml", '"7664-41-7"', '"7664-41-8"', ["7664-41-8", "校验位"]),
    ],
    ids=lambda value: value if isinstance(value, str) and "\n" not in value else None,
)
def test_a_mistake_is_told_with_file_place_and_reason(copy: Path, file: str, old: str, new: str, told: list[str]) -> None:
    replace(copy, file, old, new)
    status, lines = check(copy)
    assert status == 1
    named = [line for line in lines if line.startswith(f"rules/data/{file.split('/')[0]}")]
    assert named, lines
    assert all(word in "\n".join(named) for word in told), lines
    assert "处错误" in lines[-1]


def test_mistakes_in_several_parts_are_told_together(copy: Path) -> None:
    replace(copy, "deadlines/rectification.toml", "value = 15", "value = 十五")
    replace(copy, "restriction/lead_battery_2015.toml", "clause =", "clausse =")
    replace(copy, "calendar/2027.toml", "provisional = true", 'provisional = "yes"')
    status, lines = check(copy)
    assert status == 1
    assert [sum(line.startswith(f"rules/data/{name}") for line in lines) for name in ("deadlines", "restriction", "calendar")] == [1, 1, 1]
    assert "第 12 行" in next(line for line in lines if "deadlines" in line)


def test_a_file_nobody_reads_is_a_mistake(copy: Path) -> None:
    shutil.copy(copy / "rules/data/restriction/lead_battery_2015.toml", copy / "rules/data/lead_battery_2027.toml")
    status, lines = check(copy)
    assert status == 1
    assert "lead_battery_2027.toml" in lines[0]
    assert "没有程序读取" in lines[0]


def test_a_file_in_another_encoding_is_a_mistake(copy: Path) -> None:
    path = copy / "rules/data/calendar/2027.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gbk"))
    status, lines = check(copy)
    assert status == 1
    assert "UTF-8" in lines[0]


def _reasons() -> Iterator[tuple[str, str]]:
    """Every reason the loaders give, with a sample in place of each name."""
    for path in sorted((ROOT / "rules").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS and node.args:
                reason = node.args[-1]
                if isinstance(reason, ast.Constant) and isinstance(reason.value, str):
                    yield path.name, reason.value
                elif isinstance(reason, ast.JoinedStr):
                    parts = [str(one.value) if isinstance(one, ast.Constant) else _sample(one) for one in reason.values]
                    yield path.name, "".join(parts)


def _sample(value: ast.expr) -> str:
    assert isinstance(value, ast.FormattedValue)
    written = ast.unparse(value.value)
    if written in {"what"}:
        return "basis"
    if written == "TERM_FOLDER":
        return "restriction_terms"
    return "'x'" if value.conversion == ord("r") else "7"


@pytest.mark.parametrize(("module", "reason"), sorted(set(_reasons())))
def test_every_reason_of_the_loaders_has_its_chinese(module: str, reason: str) -> None:
    told = in_chinese(reason)
    assert told is not None, f"{module}: {reason}"
    assert re.search(r"[\u4e00-\u9fff]", told)


def test_the_readme_names_every_folder_and_links_what_is_there() -> None:
    for folder in DATA.iterdir():
        if folder.is_dir() and folder.name != "__pycache__":
            assert f"`{folder.name}/`" in README, folder.name
    for link in re.findall(r"\]\((.+?)\)", README):
        assert (DATA / link).exists(), link
    for folder in DATA.glob("*/README.md"):
        assert f"({folder.relative_to(DATA)})" in README
