"""Is the rulebook composed by day, checked across its parts, and named by an edition that changes with any datum?"""

from datetime import date
from pathlib import Path

import pytest

from rules.loading import RuleDataError
from rules.rulebook import check_criteria, digest_data, load_rulebook
from rules.terms import DocumentKind, PermissionMode

RULEBOOK = load_rulebook()


def test_the_rulebook_is_read_once() -> None:
    assert load_rulebook() is RULEBOOK
    assert RULEBOOK.at(date(2026, 6, 1)) is RULEBOOK.at(date(2026, 6, 1))


def test_a_day_hands_out_the_rules_of_that_day() -> None:
    before, after = RULEBOOK.at(date(2026, 1, 31)), RULEBOOK.at(date(2026, 2, 1))
    assert (before.day, after.day) == (date(2026, 1, 31), date(2026, 2, 1))
    assert before.edition == after.edition == RULEBOOK.edition
    old, new = before.deadlines.get("reinspection.within"), after.deadlines.get("reinspection.within")
    assert old.basis is not None
    assert new.basis is not None
    assert (old.basis.doc_no, new.basis.doc_no) == ("原国家安全生产监督管理总局令第15号", "应急管理部令第18号")
    assert len(after.checklists.templates) == 19
    assert RULEBOOK.at(date(2025, 12, 31)).checklists.templates == ()
    assert after.sectors.sectors_of("3071")
    assert after.permission.may_issue(PermissionMode.NOT_ENTRUSTED, DocumentKind.RECTIFICATION_NOTICE)
    assert after.calendar.is_workday(date(2026, 2, 28))
    assert after.workflow.transitions
    assert after.major_hazards.at(after.day)


def test_every_criterion_a_checklist_names_exists() -> None:
    known = RULEBOOK.major_hazards.ids
    assert len(known) >= 331
    named = {key for template in RULEBOOK.checklists.templates for item in template.items for key in item.major_ids}
    assert named <= known
    with pytest.raises(RuleDataError, match=r"CERA-001.*GM-10-6-5"):
        check_criteria(RULEBOOK.checklists, known - {"GM-10-6-5"})


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def test_the_edition_changes_with_any_datum_any_name_and_any_new_file_but_not_with_line_endings(tmp_path: Path) -> None:
    write(tmp_path, "a/one.toml", "value = 1\n")
    write(tmp_path, "two.toml", "value = 2\n")
    first = digest_data(tmp_path)
    assert len(first) == 12
    write(tmp_path, "a/README.md", "words")
    write(tmp_path, "two.toml", "value = 2\r\n")
    assert digest_data(tmp_path) == first
    write(tmp_path, "two.toml", "value = 3\n")
    changed = digest_data(tmp_path)
    write(tmp_path, "a/three.toml", "")
    added = digest_data(tmp_path)
    (tmp_path / "two.toml").rename(tmp_path / "four.toml")
    assert len({first, changed, added, digest_data(tmp_path)}) == 4
