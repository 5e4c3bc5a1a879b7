"""Many projects at once from a spreadsheet: the template, reading an upload, and taking its rows.

A row is one project with everything a notice says of it; it is registered, described and screened exactly as if it had been typed. A row is
taken whole or not at all, and of every other row each mistake is named. A look beforehand finds the same mistakes, says what each screening
would say, and changes nothing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
from sqlalchemy import select

from rules.admission_workflow import OPEN_STATES
from rules.edition_day import Application, edition_day
from rules.industries import industry_words
from rules.restriction_terms import BuildType, Outcome
from rules.rulebook import Rulebook
from rules.stated import LABELS
from server.errors import FieldError, InvalidInput, UnreadableSpreadsheet
from server.models.projects import Project
from server.parks.service import list_zones
from server.screening.access import demand_writer, readable_projects
from server.screening.answering import complete_if_ready
from server.screening.catalogues import CataloguePair, catalogue_for, pair_for
from server.screening.describing import check_facts, check_head, create_project, submit_description
from server.screening.form import split_codes
from server.screening.judging import judge, run_screening
from server.screening.schemas import NewProject, Origin
from server.sheets import Column, RowError, SheetRow, read_sheet
from server.sheets import write_template as write_sheet_template
from server.unit_of_work import Work

MOST_PROJECTS = 200
"""Rows of one sheet: each is screened while nobody else can write."""
COLUMNS = (
    Column(heading="项目名称", field="name", example="年产300万平方米陶瓷外墙砖扩建项目（虚构）", hint="照公示写全", required=True),
    Column(heading="申报单位", field="applicant_name", example="示例外墙砖有限公司（虚构）"),
    Column(heading="统一社会信用代码", field="applicant_code", example="", hint="18 位；还没有成立可不填"),
    Column(heading="片区", field="zone_id", example="", hint="园区设置里的片区名称"),
    Column(heading="收件日期", field="received_on", example="2026-11-20", hint="不填按今天"),
    Column(heading="资料来源", field="source_title", example="环境影响评价信息公示（虚构）"),
    Column(heading="来源网址", field="source_url", example=""),
    Column(heading="公示日期", field="source_day", example="2026-11-12"),
    Column(heading="建设性质", field="build_type", example="扩建", hint=f"可选：{'、'.join(one.label for one in BuildType)}"),
    Column(heading="是否新增产能", field="adds_capacity", example="", hint="是、否或不清楚；技改、改建必答"),
    Column(heading="行业代码", field="industry_codes", example="3071", hint="GB/T 4754-2017 四位，多个用顿号隔开"),
    Column(
        heading="产品", field="products", example="陶瓷外墙砖 300万平方米/年 全厂",
        hint="名称 产能带单位 口径（单线、全厂、单班），中间空一格；几种产品用分号隔开",
    ),
    Column(heading="工艺", field="processes", example="球磨、喷雾造粒、压制成型、烧成", hint="逐道工序，用顿号隔开"),
    Column(heading="设备", field="equipment", example="辊道窑；喷雾干燥塔", hint="几种设备用分号隔开"),
    Column(heading="燃料", field="fuels", example="天然气", hint="用顿号隔开"),
    Column(
        heading="物料", field="materials", example="高岭土 42000吨/年；液氨 7664-41-7",
        hint="名称、CAS 号、年用量（写明 /年），几种用分号隔开；最大存量登记后在页面补填",
    ),
    Column(heading="投资额万元", field="investment_wan", example="5000"),
    Column(heading="单体最多人数", field="max_staff_per_building", example="60", hint="单体厂房同时作业的最大人数"),
    Column(heading="是否在园区四至内", field="in_park", example="是", hint="是、否或不清楚"),
    Column(heading="是否在化工园区内", field="in_chemical_park", example="否", hint="是、否或不清楚"),
    Column(
        heading="其他申报内容", field="stated", example="劳动定员：80 人；火灾危险性类别：丁类",
        hint=f"写成 名称：内容，用分号隔开；名称可写 {'、'.join(LABELS.values())}",
    ),
    Column(heading="答“是”的是非题", field="yes", example="可燃粉尘", hint="题目简称，用顿号隔开；没写的不算答过"),
    Column(heading="答“否”的是非题", field="no", example="甲乙类", hint="题目简称，用顿号隔开；没写的不算答过"),
)  # fmt: skip
_BY_HEADING = {one.heading: one for one in COLUMNS}
_HEADINGS = {one.field: one.heading for one in COLUMNS}
_HEAD = ("name", "applicant_name", "applicant_code", "zone_id", "received_on", "source_title", "source_url", "source_day")
_PLACE = ("in_park", "in_chemical_park")
_SCOPES = ("单线", "全厂", "单班")
_PARTS = re.compile(r"[;；\n]+")
_NAMES = re.compile(r"[、,，;；\n]+")
_CAPACITY = re.compile(r"[0-9][0-9.,]*\D*")
_CAS = re.compile(r"(?<!\d)\d{2,7}-\d{2}-\d(?!\d)")


class TakenProject(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was taken, or would be: what its screening says and how many questions the outcome waits for."""

    line: int
    name: str
    project_id: UUID | None
    outcome: Outcome
    outcome_confirmed: Outcome
    questions: int
    industries: tuple[str, ...] = ()
    """The industry codes with their names, or with the mark that no such code is listed."""


class IntakeReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an intake did, or would do when `dry_run`."""

    dry_run: bool
    rows: int
    taken: tuple[TakenProject, ...]
    errors: tuple[RowError, ...]

    @property
    def refused_rows(self) -> int:
        """How many rows were not taken."""
        return self.rows - len(self.taken)


class _ReadRow(msgspec.Struct, frozen=True, kw_only=True):
    form: NewProject
    facts: dict[str, Any]
    errors: list[RowError]


def write_template() -> bytes:
    """The XLSX template."""
    return write_sheet_template(COLUMNS, "项目")


def read_intake_sheet(file: BinaryIO) -> list[SheetRow]:
    """The rows of an uploaded XLSX, as typed. Raises `UnreadableSpreadsheet`, `TooLarge`."""
    rows = read_sheet(file, COLUMNS)
    if len(rows) > MOST_PROJECTS:
        raise UnreadableSpreadsheet(f"一次最多 {MOST_PROJECTS} 个项目，这张有 {len(rows)} 行，请分成几份")
    return rows


def take_projects(work: Work, rulebook: Rulebook, rows: Sequence[SheetRow], *, dry_run: bool) -> IntakeReport:
    """Register, describe and screen every row that is right; `dry_run` changes nothing. Raises `NotAllowed`."""
    demand_writer(work.actor)
    zones = {zone.name: zone.id for zone in list_zones(work)}
    seen = _open_projects(work)
    flag_named = catalogue_for(work, work.today).catalogue.index.flag_named
    pairs: dict[date, CataloguePair] = {}
    taken: list[TakenProject] = []
    errors: list[RowError] = []
    for row in rows:
        read = _read_row(row, zones, flag_named)
        wrong = read.errors or _repeated(row, read.form.name, seen) or _refused(work, row, read)
        if wrong:
            errors += wrong
            continue
        seen[read.form.name] = f"本表第 {row.line} 行"
        taken.append(_foretell(work, pairs, row, read) if dry_run else _take(work, rulebook, row, read))
    if taken and not dry_run:
        work.record("park", work.park_id, "project:imported", rows=len(rows), taken=len(taken))
    return IntakeReport(dry_run=dry_run, rows=len(rows), taken=tuple(taken), errors=tuple(errors))


def _foretell(work: Work, pairs: dict[date, CataloguePair], row: SheetRow, read: _ReadRow) -> TakenProject:
    """What taking the row would give."""
    chosen = edition_day(Application(received_on=read.form.received_on or work.today), today=work.today)
    if chosen.day not in pairs:
        pairs[chosen.day] = pair_for(work, chosen)
    project = check_facts(read.facts)[1]
    result, kept = judge(project, pairs[chosen.day])
    return TakenProject(
        line=row.line,
        name=read.form.name,
        project_id=None,
        outcome=result.outcome,
        outcome_confirmed=result.outcome_confirmed,
        questions=sum(one["blocking"] for one in kept.screening["questions"]),
        industries=tuple(map(industry_words, project.industry_codes)),
    )


def _take(work: Work, rulebook: Rulebook, row: SheetRow, read: _ReadRow) -> TakenProject:
    project = create_project(work, read.form)
    submit_description(work, project.id, read.facts, origin=Origin.IMPORT_SHEET, reason=f"表格第 {row.line} 行")
    complete_if_ready(work, project)
    screening = run_screening(work, rulebook, project.id)
    return TakenProject(
        line=row.line,
        name=read.form.name,
        project_id=project.id,
        outcome=Outcome(screening.outcome),
        outcome_confirmed=Outcome(screening.outcome_confirmed),
        questions=screening.blocking_questions,
        industries=tuple(map(industry_words, project.industry_codes)),
    )


def _open_projects(work: Work) -> dict[str, str]:
    """The names of projects nobody has decided, with their numbers: the same sheet handed in twice must not register twice."""
    undecided = readable_projects(work.actor).where(Project.state.in_([one.value for one in OPEN_STATES])).subquery()
    return {row.name: row.number for row in work.session.execute(select(undecided.c.name, undecided.c.number))}


def _repeated(row: SheetRow, name: str, seen: Mapping[str, str]) -> list[RowError]:
    if name not in seen:
        return []
    return [RowError(line=row.line, column=_HEADINGS["name"], reason=f"同名项目已经登记（{seen[name]}），要改请到它的填写页")]


def _refused(work: Work, row: SheetRow, read: _ReadRow) -> list[RowError]:
    """What the use cases would refuse of this row."""
    errors: list[RowError] = []
    for check in (lambda: check_head(work, read.form), lambda: check_facts(read.facts)):
        try:
            check()
        except InvalidInput as refusal:
            errors += [_error_at(row.line, one) for one in refusal.errors]
    return errors


def _error_at(line: int, error: FieldError) -> RowError:
    """A mistake in the column it was written in, called as the sheet calls it."""
    heading = _heading_at(error.field)
    return RowError(line=line, column=heading, reason=error.message.replace(error.field, heading) if heading else error.message)


def _heading_at(place: str) -> str:
    """The column in which a place of the facts was written; empty when it is the whole row."""
    first = re.split(r"[.\[]", place.removeprefix("location."))[0]
    return _HEADINGS.get("yes" if first == "flags" else first, "")


def _read_row(row: SheetRow, zones: dict[str, UUID], flag_named: Callable[[str], tuple[str, bool] | None]) -> _ReadRow:
    """A row as a project is registered and described, and every cell that cannot be read."""
    head: dict[str, Any] = {"name": ""}
    facts: dict[str, Any] = {}
    errors: list[RowError] = []
    flags: dict[str, bool] = {}

    def flags_of(text: str, *, answer: bool) -> None:
        for key in (one.strip() for one in _NAMES.split(text)):
            if not key:
                continue
            named = flag_named(key)
            if named is None:
                raise ValueError(f"没有“{key}”这道是非题，请照填写页上的题目简称写")
            name, holds = named
            said = answer if holds else not answer
            if flags.setdefault(name, said) != said:
                raise ValueError(f"“{name}”同时答了是和否")

    readers: dict[str, Callable[[str], Any]] = {
        "zone_id": lambda text: _zone(text, zones),
        "received_on": _day,
        "source_day": _day,
        "products": lambda text: [_product(one) for one in _parts(text)],
        "equipment": lambda text: [{"name": one} for one in _parts(text)],
        "materials": lambda text: [_material(one) for one in _parts(text)],
        "industry_codes": split_codes,
        "stated": _stated,
        "yes": lambda text: flags_of(text, answer=True),
        "no": lambda text: flags_of(text, answer=False),
    }
    for heading, text in row.cells.items():
        column = _BY_HEADING.get(heading)
        if column is None or not text:
            continue
        try:
            value = readers.get(column.field, str)(text)
        except ValueError as error:
            errors.append(RowError(line=row.line, column=heading, reason=str(error)))
            continue
        if column.field in _HEAD:
            head[column.field] = value
        elif column.field in _PLACE:
            facts.setdefault("location", {})[column.field] = value
        elif column.field not in ("yes", "no"):
            facts[column.field] = value
    facts |= {"name": head["name"]} | ({"flags": flags} if flags else {})
    return _ReadRow(form=NewProject(**head), facts=facts, errors=errors)


def _parts(text: str) -> list[str]:
    return [one.strip() for one in _PARTS.split(text) if one.strip()]


def _product(text: str) -> dict[str, str]:
    """名称 产能带单位 口径; what is none of the last two belongs to the name."""
    words = text.split()
    found: dict[str, str] = {}
    if len(words) > 1 and words[-1] in _SCOPES:
        found["scope"] = words.pop()
    if len(words) > 1 and _CAPACITY.fullmatch(words[-1]):
        found["capacity"] = words.pop()
    return {"name": " ".join(words), **found}


def _material(text: str) -> dict[str, str]:
    """名称 CAS 浓度% 年用量; figures stand behind the name, each with its sign. Raises `ValueError` for one that says not what it is."""
    cas = _CAS.search(text)
    words = (text.replace(cas[0], " ") if cas else text).split()
    found = {"cas": cas[0]} if cas else {}
    while len(words) > 1 and words[-1][0].isdigit():
        word = words.pop()
        if word.endswith(("%", "％")):
            found["concentration"] = word
        elif word.endswith(("/年", "/a")):
            found["annual_t"] = word
        else:
            raise ValueError(f"“{word}”是什么？年用量写成 42000吨/年，浓度写成 30%；最大存量请登记后在填写页补填")
    return {"name": " ".join(words) or found.get("cas", ""), **found}


def _stated(text: str) -> dict[str, str]:
    """Further statements, each as 名称：内容. Raises `ValueError` for one without a name the form has."""
    keys = {label: key for key, label in LABELS.items()}
    found: dict[str, str] = {}
    for part in _parts(text):
        label, _, said = re.sub("^([^:]*):", r"\1：", part).partition("：")
        key = keys.get(label.strip())
        if key is None or not said.strip():
            raise ValueError(f"“{part}”请写成 名称：内容，名称可写 {'、'.join(keys)}")
        found[key] = said.strip()
    return found


def _zone(text: str, zones: dict[str, UUID]) -> UUID:
    if text not in zones:
        raise ValueError(f"没有名为“{text}”的片区" + (f"，可选：{'、'.join(zones)}" if zones else "，请先在园区设置里添加"))
    return zones[text]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10].replace("/", "-").replace(".", "-"))
    except ValueError:
        raise ValueError(f"“{text}”不是日期，请写成 2026-11-20") from None
