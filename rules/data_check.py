"""Is every data file fit to be used, and if not, where is the mistake and what is to be done?

Every file below `data/` is read as the program reads it. Each part of the rulebook is tried by itself, so that one mistake does not hide
those in other parts; within a part the first is reported. A file nobody reads is a mistake too: its entries would silently not count.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

from rules.accidents import grade_accident, injury_degree, load_accident_classes, load_hazardous_factors
from rules.admission_reviews import load_departments, load_promises, load_reviews
from rules.admission_workflow import load_admission_workflow
from rules.calendar import load_calendar
from rules.catalogue_editions import load_editions
from rules.checklists import load_checklists
from rules.comprehensive_fire_data import load_counting_rules
from rules.data_mistakes import in_chinese
from rules.deadlines import load_deadlines
from rules.dynamic_grade import load_dynamic_rules
from rules.grading_data import load_grading_book
from rules.industries import load_industries
from rules.layout import load_distances
from rules.loading import RuleDataError, data_folder, files_read
from rules.major_hazard import load_major_hazards
from rules.major_hazard_installation_data import load_installation_book
from rules.park_grade import load_score_sheets
from rules.permission import load_permission
from rules.restriction import load_catalogue
from rules.risk_starters import load_starter_sets
from rules.rulebook import load_rulebook
from rules.supervision import (
    load_cap_principle,
    load_enforcement_notes,
    load_frequency_rules,
    load_letter_directions,
    load_plan_principle,
)
from rules.supervision_sectors import load_supervision_sectors
from rules.workflow import load_workflow

_NAMES_OF_ROWS = ("id", "key", "code", "no", "symbol", "name", "category", "year")
_STEP = re.compile(r"([A-Za-z_]\w*)|\[(\d+)\]|\[`(.+?)`\]")
_A_DAY = date(2026, 1, 1)


class Mistake(msgspec.Struct, frozen=True):
    """A mistake: the file from the root of the repository, the place in it, and what is wrong, in Chinese."""

    file: str
    key: str
    reason: str


class CheckReport(msgspec.Struct, frozen=True):
    """The mistakes found, and a sentence that sums up."""

    mistakes: tuple[Mistake, ...]
    summary: str


def _load_accident_tables() -> None:
    """The two tables that are read when first used."""
    grade_accident(0, 0, None, on=_A_DAY)
    injury_degree(1)


_PARTS: tuple[Callable[[], object], ...] = (
    load_calendar,
    load_deadlines,
    load_checklists,
    load_major_hazards,
    load_counting_rules,
    load_supervision_sectors,
    load_permission,
    load_workflow,
    load_admission_workflow,
    load_reviews,
    load_departments,
    load_promises,
    load_grading_book,
    load_dynamic_rules,
    load_installation_book,
    load_score_sheets,
    load_frequency_rules,
    load_cap_principle,
    load_plan_principle,
    load_letter_directions,
    load_enforcement_notes,
    load_accident_classes,
    load_hazardous_factors,
    _load_accident_tables,
    load_starter_sets,
    load_catalogue,
    load_editions,
    load_distances,
    load_industries,
)


def check_data() -> CheckReport:
    """Read everything and report what is wrong."""
    files = dict(_list_data(data_folder()))
    found: dict[Mistake, None] = {}
    for file, entry in files.items():
        for mistake in _mistakes_of_writing(file, entry):
            found[mistake] = None
    for load in _PARTS:
        try:
            load()
        except RuleDataError as error:
            found[_mistake(error, files)] = None
    if not found:
        # What the parts say of each other can only be compared when every part could be read.
        try:
            load_rulebook()
        except RuleDataError as error:
            found[_mistake(error, files)] = None
    if not found:
        read = files_read()
        found.update(
            dict.fromkeys(
                Mistake(f"rules/data/{file}", "(文件)", "没有程序读取这个文件：多半放错了文件夹，或文件名不对；其中的条目不会起作用")
                for file in files
                if file not in read
            )
        )
    mistakes = tuple(found)
    if mistakes:
        return CheckReport(mistakes, f"发现 {len(mistakes)} 处错误；每一部分只报第一处，改好后请再查一次。")
    return CheckReport((), f"{len(files)} 个数据文件全部可用，规则版本 {load_rulebook().edition}。")


def _list_data(folder: Traversable, path: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from _list_data(entry, f"{path}{entry.name}/")
        elif entry.name.lower().endswith(".toml"):
            yield f"{path}{entry.name}", entry


def _mistakes_of_writing(file: str, entry: Traversable) -> Iterator[Mistake]:
    """What keeps a file from being read at all."""
    try:
        tomllib.loads(entry.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        yield Mistake(f"rules/data/{file}", "(文件)", "不是 UTF-8 编码；请另存为 UTF-8")
    except tomllib.TOMLDecodeError as error:
        yield _said(file, "(写法)", str(error))


def _mistake(error: RuleDataError, files: dict[str, Traversable]) -> Mistake:
    key = "(写法)" if error.key == "(toml)" else error.key
    entry = files.get(error.file)
    if entry is not None and key.startswith("$"):
        key = _named_path(key, entry)
    return _said(error.file, key, error.reason)


def _said(file: str, key: str, reason: str) -> Mistake:
    return Mistake(f"rules/data/{file}", key, in_chinese(reason) or reason)


def _named_path(path: str, entry: Traversable) -> str:
    """`$.entry[3].limits[0].op` with the id of each numbered row beside it, for nobody counts rows."""
    here: Any = tomllib.loads(entry.read_text(encoding="utf-8"))
    said: list[str] = []
    for step in _STEP.finditer(path.removeprefix("$")):
        name, number = step[1] or step[3], step[2]
        try:
            here = here[name] if name else here[int(number)]
        except (KeyError, IndexError, TypeError):
            here = None
        if name:
            said.append(name)
            continue
        own = next((f"{key} = {here[key]}" for key in _NAMES_OF_ROWS if isinstance(here, dict) and key in here), "")
        said[-1:] = [f"{said[-1] if said else ''} 第 {int(number) + 1} 个" + (f"（{own}）" if own else "")]
    return " → ".join(said) or "(文件)"
