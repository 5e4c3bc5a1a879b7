"""One of everything of a park's catalogue, and the forms its people fill in; all of it fictional."""

import io
from datetime import date, timedelta
from threading import Event
from typing import Any
from uuid import UUID

import msgspec

from rules.rulebook import load_rulebook
from server.catalogue.schemas import ApprovalForm, EditionForm, EntryForm, RecordForm
from server.catalogue.service import (
    add_entry,
    approve_edition,
    attach_scan,
    claim_entry,
    confirm_record,
    draft_edition,
    enter_record,
    keep_scan,
    review_edition,
)
from server.impact.schemas import ImpactQuery
from server.impact.service import compare_projects, list_impacts, list_lines
from server.screening.schemas import NewProject
from server.screening.service import create_project, run_screening, submit_description
from tests.cast import World
from tests.pictures import jpeg


def make_catalogue(world: World) -> tuple[dict[str, UUID], UUID, dict[str, UUID]]:
    """An edition that was approved and a draft with a change; a comparison that was confirmed, one to be looked at, one just claimed."""
    editions: dict[str, UUID] = {}
    for name, title in (("approved", "甲园目录一"), ("draft", "甲园目录二")):
        with world.work_as("screener") as work:
            form = EditionForm(title=title, planned_from=world.clock.today(), based_on_id=editions.get("approved"))
            editions[name] = draft_edition(work, form).id
            entry = park_entry(subject=f"甲园自订条目{name}")
            change_id = add_entry(work, editions[name], entry).id
        if name == "approved":
            with world.work_as("office") as work:
                review_edition(work, editions[name], "甲园复核")
            with world.work_as("leader") as work:
                approve_edition(work, editions[name], approval_of(world.clock.today()))
    records: dict[str, UUID] = {}
    for state, entry_id in (("confirmed", "CIR-2024-X-9-3"), ("entered", "CIR-2024-X-4-1a"), ("claimed", "CIR-2024-X-4-1b")):
        with world.work_as("screener") as work:
            record = claim_entry(work, entry_id)
            records[state] = record.id
            scan = keep_scan(world.services.photo_store, io.BytesIO(jpeg(seed=205)), "scan.jpg", max_bytes=10_000_000)
            attach_scan(work, record.id, scan)
            if state != "claimed":
                enter_record(work, record.id, seen(world.clock.today()))
        if state == "confirmed":
            with world.work_as("office") as work:
                confirm_record(work, record.id, "", compared=True)
    return editions, change_id, records


def make_impact(world: World) -> tuple[UUID, UUID]:
    """A project that a confirmed clause touches, in a run with a difference nobody has decided; the run and the project in it."""
    with world.work_as("screener") as work:
        project = create_project(work, NewProject(name="甲园待比对项目"))
        submit_description(work, project.id, _TILES)
        run_screening(work, load_rulebook(), project.id)
        record = claim_entry(work, "CIR-2024-X-4-1c")
        enter_record(work, record.id, seen(world.clock.today()))
    with world.work_as("office") as work:
        confirm_record(work, record.id, "", compared=True)
    compare_projects(world.database, world.clock, Event())
    with world.work_as("office", write=False) as work:
        run = list_impacts(work)[0].run
        return run.id, list_lines(work, run.id, ImpactQuery(change="", search=project.number)).items[0].row.id


_TILES: dict[str, Any] = {
    "name": "甲园待比对项目",
    "build_type": "新建",
    "industry_codes": ["3071"],
    "products": [{"name": "陶瓷外墙砖", "capacity": {"value": 1000000, "unit": "平方米/年"}, "scope": "单线"}],
    "location": {"in_park": True},
}


def park_entry(**changes: Any) -> EntryForm:
    """An entry of a park's own."""
    form = EntryForm(
        kind="prohibited",
        subject="溶剂型花纸印刷",
        clause="第1条",
        condition="不再引进溶剂型花纸印刷",
        reason="挥发性有机物已近上限（虚构）",
        effect_new="refuse",
        effect_existing="review",
        source="虚构管委会会议纪要",
        products="花纸、贴花纸",
        except_products="水性",
    )
    return msgspec.structs.replace(form, **changes)


def approval_of(day: date) -> ApprovalForm:
    """What a leader states."""
    return ApprovalForm(
        document_number="示管发〔2026〕1号",
        approver="示范园区管委会（虚构）",
        effective_from=day,
        valid_until=day + timedelta(days=700),
        fairness_review="市场监管局审查，未发现排除限制竞争（虚构）",
    )


def seen(day: date, **changes: Any) -> RecordForm:
    """What an officer found, all fictional."""
    form = RecordForm(
        document="虚构演示文件",
        document_number="虚构令第1号",
        issued_on=date(2026, 1, 5),
        page="12",
        clause="限制类九第3项",
        wording="甲园所见原文（虚构演示文字）",
        finding="agrees",
        difference="",
        limit_value="",
        seen_on=day,
        where_seen="虚构演示：档案室",
    )
    return msgspec.structs.replace(form, **changes)
