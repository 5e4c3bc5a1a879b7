"""No line of Chinese text starts or ends with the wrong mark, whatever its width, and nothing of the text is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.fonts import CharWidths
from reports.text_lines import NEVER_FIRST, NEVER_LAST, break_lines
from tests.reports.sample_papers import TEMPTING

WIDTHS = CharWidths({chr(code): 550.0 for code in range(32, 127)})
OFFICE_RULE_FIRST = "，。、；：？！）》」』】〕”’…"
OFFICE_RULE_LAST = "（《「『【〔“‘"


def texts_of(text: str, ems: float) -> list[str]:
    return [line.text for line in break_lines(text, WIDTHS, ems * 1000)]


def test_the_marks_of_the_rule_are_all_known() -> None:
    assert set(OFFICE_RULE_FIRST) <= set(NEVER_FIRST)
    assert set(OFFICE_RULE_LAST) <= set(NEVER_LAST)


@pytest.mark.parametrize("ems", [*range(4, 45), 5.5, 7.3, 21.7])
def test_no_line_starts_or_ends_with_a_forbidden_mark_at_any_width(ems: float) -> None:
    lines = texts_of(TEMPTING * 3, ems)
    assert len(lines) > 1
    assert [line for line in lines if line[0] in NEVER_FIRST or line[-1] in NEVER_LAST] == []


@pytest.mark.parametrize("ems", [4, 6, 10, 28])
def test_no_line_is_wider_than_its_room_and_no_character_is_lost(ems: float) -> None:
    lines = break_lines(TEMPTING, WIDTHS, ems * 1000)
    assert max(line.width for line in lines) <= ems * 1000
    assert "".join(line.text for line in lines) == TEMPTING


@given(st.text(alphabet="窑炉车间燃气，。（）《》“”…A1 ", max_size=120), st.integers(min_value=8, max_value=40))
def test_any_text_keeps_its_characters_and_fits(text: str, ems: int) -> None:
    lines = break_lines(text, WIDTHS, ems * 1000)
    assert "".join("".join(line.text for line in lines).split()) == "".join(text.split())
    assert all(line.width <= ems * 1000 for line in lines)


@given(
    st.lists(st.sampled_from(["窑炉", "燃气", "（二期）", "“阀”，", "《表》、", "已查。", "DN150", "怎么办？！", "等……"]), min_size=1),
    st.integers(6, 40),
)
def test_sentences_of_any_order_break_by_the_rule(pieces: list[str], ems: int) -> None:
    for line in texts_of("".join(pieces), ems):
        assert line[0] not in NEVER_FIRST
        assert line[-1] not in NEVER_LAST


@pytest.mark.parametrize("whole", ["〔2026〕12号", "第十二条", "11月", "0.25MPa", "https://a.cn/b", "DN150", "—", "……"])
def test_what_belongs_together_stays_on_one_line(whole: str) -> None:
    for before in range(1, 16):
        lines = texts_of("文" * before + whole + "后" * 12, 10)
        assert any(whole in line for line in lines), lines


def test_a_word_wider_than_its_column_is_parted_at_its_hyphens() -> None:
    assert texts_of("YH-HC-20261101-07", 6) == ["YH-HC-", "20261101-", "07"]


def test_a_row_of_marks_wider_than_its_column_is_parted_rather_than_lost() -> None:
    assert "".join(texts_of("怎么办" + "！" * 30, 5)) == "怎么办" + "！" * 30


def test_a_space_before_a_comma_does_not_let_the_comma_start_a_line() -> None:
    for ems in range(4, 12):
        assert all(not line.startswith("，") for line in texts_of("窑炉车间燃气 ，管道阀门 ，已经检查", ems))


def test_line_breaks_of_the_writer_are_kept() -> None:
    assert [(line.text, line.ends_paragraph) for line in break_lines("甲\n\n乙", WIDTHS, 9000)] == [("甲", True), ("", True), ("乙", True)]


def test_the_first_line_leaves_room_for_its_indent() -> None:
    lines = break_lines("字" * 30, WIDTHS, 10_000, 2000)
    assert [len(line.text) for line in lines] == [8, 10, 10, 2]
