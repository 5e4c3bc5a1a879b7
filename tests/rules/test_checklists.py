"""Are all nineteen checklists there, item by item, and is an edition once used readable for ever?"""

from datetime import date, timedelta

import msgspec
import pytest

from rules.checklists import Checklists, ChecklistTemplate, check_template, load_checklists, template_code_of
from rules.loading import RuleDataError, parse_table, read_table, refuse_overlaps
from rules.terms import HazardLevel, InspectionMethod, TargetKind
from tests.cases_reader import Situation, read_cases

CHECKLISTS = load_checklists()
JUNE = CHECKLISTS.at(date(2026, 6, 1))
GEN = "checklists/gen.toml"


def gen() -> ChecklistTemplate:
    return read_table(GEN, ChecklistTemplate)


@pytest.mark.parametrize("case", read_cases("checklists"), ids=str)
def test_a_checklist_has_the_items_it_was_published_with(case: Situation) -> None:
    template = CHECKLISTS.at(case.on()).find_template(case.given["code"])
    assert template is not None
    assert (template.name, template.edition) == (case.name, "2026.1")
    counts = {
        "items": len(template.items),
        "photo_required": sum(one.photo_required for one in template.items),
        "major": sum(one.severity_hint is HazardLevel.MAJOR for one in template.items),
        "unverified": sum(not one.verified for one in template.items),
        "conditional": sum(one.is_major_conditional for one in template.items),
        "at_once": sum(one.suggested_deadline_days == 0 for one in template.items),
        "bases": sum(len(one.basis) for one in template.items),
    }
    assert counts == case.expected


def test_together_they_are_nineteen_checklists_of_545_items() -> None:
    items = [item for template in CHECKLISTS.templates for item in template.items]
    assert (len(CHECKLISTS.templates), len(items), len({one.code for one in items})) == (19, 545, 545)
    assert sum(one.severity_hint is HazardLevel.MAJOR for one in items) == 128
    assert (sum(len(one.major_ids) for one in items), len({key for one in items for key in one.major_ids})) == (158, 127)
    assert (sum(one.suggested_deadline_days for one in items), sum(not one.verified for one in items)) == (4406, 299)


def test_an_item_keeps_every_field() -> None:
    item = JUNE.find_item("CERA-001")
    assert item is not None
    assert msgspec.to_builtins(item) == {
        "code": "CERA-001",
        "section": "窑炉与燃气",
        "text": "建材类陶瓷预混燃烧燃气窑炉（热发生炉煤气窑炉除外）燃气总管压力报警与紧急切断联锁",
        "methods": ("on_site", "measurement"),
        "basis": ("工贸企业重大事故隐患判定标准（应急管理部令第10号）第六条",),
        "severity_hint": "major_hazard",
        "photo_required": True,
        "gb13861": "2112",
        "accident": "可燃气体爆炸",
        "accident_code": "WSA10016",
        "accident_1986": "其他爆炸",
        "suggested_deadline_days": 15,
        "verified": True,
        "major_criterion": "应急管理部令第10号 第六条第（五）项",
        "major_ids": ("GM-10-6-5",),
        "major_conditional": False,
    }


def test_several_bases_and_methods_are_kept_apart() -> None:
    item = JUNE.find_item("GEN-009")
    assert item is not None
    assert item.basis == (
        "安全生产法第三十条",
        "应急管理部令第19号（2026-06-01施行）",
        "工贸企业重大事故隐患判定标准（应急管理部令第10号）第三条",
    )
    assert item.methods == (InspectionMethod.DOCUMENTS, InspectionMethod.INTERVIEW)


def test_a_ceramics_works_gets_its_own_checklist_by_prefix_and_the_general_ones() -> None:
    codes = {one.code for one in JUNE.for_industry("3074")}
    assert {"CERA", "GEN", "FIRE", "ELEC"} <= codes
    assert not codes & {"GLAS", "MACH", "DUST", "FWRK", "CONS"}
    assert "FWRK" in {one.code for one in JUNE.for_industry("2672")}
    assert {"MACH", "DUST"} <= {one.code for one in JUNE.for_industry("3391")}


def test_an_unknown_industry_gets_the_general_checklists_only() -> None:
    assert {one.code for one in JUNE.for_industry("")} == {one.code for one in JUNE.templates if one.industries == ("*",)}


def test_the_list_for_public_facilities_is_not_offered_for_an_enterprise() -> None:
    assert "PUBF" in {one.code for one in JUNE.for_target(TargetKind.PUBLIC_FACILITY)}
    assert "PUBF" not in {one.code for one in JUNE.for_target(TargetKind.ENTERPRISE, "3074")}
    assert "CERA" in {one.code for one in JUNE.for_target(TargetKind.ENTERPRISE, "3074")}


def test_the_first_edition_is_in_force_from_its_day_and_not_the_day_before() -> None:
    assert CHECKLISTS.at(date(2025, 12, 31)).templates == ()
    assert CHECKLISTS.at(date(2025, 12, 31)).find_item("GEN-001") is None
    assert len(CHECKLISTS.at(date(2026, 1, 1)).templates) == 19


def test_a_new_edition_takes_over_on_its_day_and_the_old_one_stays_readable() -> None:
    change = date(2027, 2, 1)
    old = msgspec.structs.replace(gen(), repealed_on=change)
    reworded = msgspec.structs.replace(old.items[0], text="新版文字")
    new = msgspec.structs.replace(old, edition="2027.1", effective_from=change, repealed_on=None, items=(reworded,))
    both = Checklists([new, old])
    before, after = both.at(change - timedelta(days=1)), both.at(change)
    assert [one.edition for one in before.templates] == ["2026.1"]
    assert [one.edition for one in after.templates] == ["2027.1"]
    assert before.find_item("GEN-001") == both.find_item("GEN-001", "2026.1") == old.items[0]
    assert after.find_item("GEN-001") == both.find_item("GEN-001", "2027.1") == reworded
    assert after.find_item("GEN-002") is None
    assert both.find_item("GEN-002", "2026.1") == old.items[1]


def test_an_edition_that_never_was_is_known_as_such() -> None:
    assert CHECKLISTS.edition_known("GEN", "2026.1")
    assert not CHECKLISTS.edition_known("GEN", "2025.9")
    assert not CHECKLISTS.edition_known("NONE", "2026.1")
    assert CHECKLISTS.find_template("GEN", "2025.9") is None
    assert CHECKLISTS.find_item("GEN-001", "2025.9") is None
    assert JUNE.find_item("NONE-001") is None


def test_an_item_belongs_to_the_template_it_is_named_after() -> None:
    for template in CHECKLISTS.templates:
        assert {template_code_of(item.code) for item in template.items} == {template.code}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"basis": ()}, "cites no basis"),
        ({"basis": (" ",)}, "cites no basis"),
        ({"methods": ()}, "names no method"),
        ({"code": "FIRE-001"}, "does not begin with GEN-"),
        ({"suggested_deadline_days": -1}, "in the past"),
        ({"severity_hint": HazardLevel.MAJOR}, "must stand together"),
        ({"major_ids": ("GM-10-3-1",), "major_criterion": "第三条"}, "must stand together"),
    ],
)
def test_an_item_that_cannot_be_trusted_stops_the_start(change: dict[str, object], reason: str) -> None:
    template = gen()
    item = msgspec.structs.replace(template.items[0], **change)
    with pytest.raises(RuleDataError, match=reason):
        check_template(GEN, msgspec.structs.replace(template, items=(item, *template.items[1:])))


def test_an_item_that_stands_twice_stops_the_start() -> None:
    template = gen()
    with pytest.raises(RuleDataError, match=r"GEN-001.*twice"):
        check_template(GEN, msgspec.structs.replace(template, items=(template.items[0], template.items[0])))


def test_an_unknown_key_in_an_item_is_named_with_its_place() -> None:
    head = 'code = "X"\nname = "甲"\nedition = "1"\neffective_from = 2026-01-01\nindustries = ["*"]\n'
    text = head + '[[item]]\ncode = "X-001"\ncolour = "red"\n'
    with pytest.raises(RuleDataError, match=r"checklists/x\.toml.*colour"):
        parse_table("checklists/x.toml", text, ChecklistTemplate)


def test_two_editions_in_force_on_one_day_stop_the_start() -> None:
    with pytest.raises(RuleDataError, match="two values in force on 2026-06-01"):
        refuse_overlaps("checklists", "GEN", [(date(2026, 1, 1), None), (date(2026, 6, 1), None)])


def test_the_lists_are_read_once_whoever_asks() -> None:
    assert load_checklists() is CHECKLISTS
