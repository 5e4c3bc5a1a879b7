"""Does a park without entrusted enforcement keep to informing, and are document numbers printed as the rules want?"""

import pytest

from rules.permission import UnnumberedDocumentError, check_wording, format_document_number, load_permission
from rules.terms import DocumentKind, PermissionMode, Role

A, B, C = PermissionMode.NOT_ENTRUSTED, PermissionMode.ENTRUSTED, PermissionMode.JOINT
PERMISSION = load_permission()

ENFORCEMENT = {
    DocumentKind.ENFORCEMENT_INSPECTION_PLAN,
    DocumentKind.ENFORCEMENT_INSPECTION_RECORD,
    DocumentKind.ON_SITE_MEASURES_DECISION,
    DocumentKind.RECTIFICATION_ORDER,
    DocumentKind.ENFORCEMENT_REINSPECTION_OPINION,
}

IN_ANY_MODE = {
    DocumentKind.CATALOGUE_EDITION,
    DocumentKind.SCREENING_OPINION,
    DocumentKind.GRADING_REPORT,
    DocumentKind.PARK_GRADING_REPORT,
    DocumentKind.RISK_REGISTER,
    DocumentKind.RISK_NOTICE,
    DocumentKind.RISK_CARDS,
}
"""Papers that order nobody to do anything and that every park issues."""


def test_enforcement_documents_need_entrusted_or_joint_enforcement_and_the_parks_own_need_neither() -> None:
    for kind in DocumentKind:
        permitted = {mode for mode in PermissionMode if PERMISSION.may_issue(mode, kind)}
        assert permitted == ({B, C} if kind in ENFORCEMENT else {A, B, C} if kind in IN_ANY_MODE else {A})


def test_the_list_of_documents_of_a_mode_agrees_with_asking_one_by_one() -> None:
    for mode in PermissionMode:
        assert {one.kind for one in PERMISSION.list_documents(mode)} == {kind for kind in DocumentKind if PERMISSION.may_issue(mode, kind)}


@pytest.mark.parametrize("word", ["责令", "决定", "指令", "处罚", "复议", "行政诉讼"])
def test_words_of_command_and_remedies_are_found_in_mode_a_only(word: str) -> None:
    text = f"现{word}你单位整改"
    assert [(one.word, one.position) for one in check_wording(A, text)] == [(word, 1)]
    assert check_wording(A, text)[0].instead
    assert check_wording(B, text) == []
    assert check_wording(C, text) == []


def test_several_words_are_reported_in_the_order_they_stand() -> None:
    found = check_wording(A, "经研究决定，责令停用；再次责令的，依法处罚。")
    assert [one.word for one in found] == ["决定", "责令", "责令", "处罚"]
    assert [one.position for one in found] == [3, 6, 13, 19]


@pytest.mark.parametrize(
    "text",
    [
        "请于2026年6月16日前完成整改，建议立即停用。逾期未改的，将移送有权部门依法处理。",
        "依据《中华人民共和国行政处罚法》和《安全生产违法行为行政处罚办法》",
        "急停指令不起作用，操作指令牌缺失",
        "",
    ],
)
def test_what_the_park_may_say_is_not_complained_about(text: str) -> None:
    assert check_wording(A, text) == []


def test_a_forbidden_word_beside_a_cited_title_is_still_found() -> None:
    assert [one.word for one in check_wording(A, "依据《行政处罚法》给予处罚")] == ["处罚"]


def test_remedies_are_printed_for_orders_under_entrusted_enforcement_and_never_in_mode_a() -> None:
    text = PERMISSION.remedy_text(B, DocumentKind.RECTIFICATION_ORDER, "虚构市人民政府", "虚构市人民法院")
    assert text.startswith("如不服本责令限期整改指令书，可自收到之日起60日内向虚构市人民政府申请行政复议")
    assert "6个月内依法向虚构市人民法院提起行政诉讼" in text
    assert PERMISSION.remedy_text(B, DocumentKind.ENFORCEMENT_INSPECTION_RECORD, "甲", "乙") == ""
    for kind in DocumentKind:
        assert PERMISSION.remedy_text(A, kind, "甲", "乙") == ""


@pytest.mark.parametrize(
    ("prefix", "kind", "sequence", "number"),
    [
        ("醴经开安办", DocumentKind.RECTIFICATION_NOTICE, 12, "醴经开安办改〔2026〕12号"),
        ("醴经开安办", DocumentKind.REINSPECTION_OPINION, 3, "醴经开安办复〔2026〕3号"),
        ("醴经开安办", DocumentKind.EXTENSION_REPLY, 1, "醴经开安办延〔2026〕1号"),
        ("醴经开安办", DocumentKind.MAJOR_HAZARD_REPORT, 1, "醴经开安办报〔2026〕1号"),
        ("醴经开安办", DocumentKind.REFERRAL, 1, "醴经开安办移〔2026〕1号"),
        ("醴经开安办", DocumentKind.SUPERVISION, 1000, "醴经开安办督〔2026〕1000号"),
        ("（醴）应急", DocumentKind.RECTIFICATION_ORDER, 12, "（醴）应急责改〔2026〕12号"),
        ("（醴）应急", DocumentKind.ENFORCEMENT_INSPECTION_PLAN, 1, "（醴）应急检查〔2026〕1号"),
        ("（醴）应急", DocumentKind.ENFORCEMENT_INSPECTION_RECORD, 1, "（醴）应急检记〔2026〕1号"),
        ("（醴）应急", DocumentKind.ON_SITE_MEASURES_DECISION, 1, "（醴）应急现决〔2026〕1号"),
        ("（醴）应急", DocumentKind.ENFORCEMENT_REINSPECTION_OPINION, 3, "（醴）应急复查〔2026〕3号"),
    ],
)
def test_a_document_number_has_hexagonal_brackets_and_no_leading_zeros(prefix: str, kind: DocumentKind, sequence: int, number: str) -> None:
    assert format_document_number(prefix, kind, 2026, sequence) == number


def test_no_two_kinds_share_their_letters() -> None:
    letters = [one.letters for one in PERMISSION.documents.values() if one.letters]
    assert len(letters) == len(set(letters)) == 17


def test_a_number_that_cannot_be_is_refused() -> None:
    with pytest.raises(UnnumberedDocumentError, match="约谈记录不编文号"):
        format_document_number("醴经开安办", DocumentKind.INTERVIEW_RECORD, 2026, 1)
    with pytest.raises(ValueError, match="begin with 1"):
        format_document_number("醴经开安办", DocumentKind.RECTIFICATION_NOTICE, 2026, 0)
    with pytest.raises(ValueError, match="four digits"):
        format_document_number("醴经开安办", DocumentKind.RECTIFICATION_NOTICE, 26, 1)


def test_a_supervision_letter_is_the_leaders() -> None:
    assert PERMISSION.documents[DocumentKind.SUPERVISION].issued_by == (Role.LEADER,)
