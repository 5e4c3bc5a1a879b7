"""Is a mistyped credit code caught, and the typist told what is wrong?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.credit_code import CreditCodeError, check_character_of, check_credit_code

# The alphabet of GB 32100-2015, written out again so that the table in the code is checked and not copied.
ALPHABET = [*"0123456789", *"ABCDEFGH", *"JKLMN", *"PQR", *"TU", *"WXY"]
# The example that GB 32100-2015 is usually explained with.
EXAMPLE = "91350100M000100Y43"


def test_the_standards_example_is_accepted() -> None:
    assert check_credit_code(EXAMPLE) == EXAMPLE


@pytest.mark.parametrize(
    "text", [" 91350100M000100Y43 ", "91350100m000100y43", "9135 0100 M000 100Y43", "９１３５０１００Ｍ０００１００Ｙ４３"]
)
def test_spaces_small_letters_and_full_width_characters_are_put_right(text: str) -> None:
    assert check_credit_code(text) == EXAMPLE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "应为18位，现为0位"),
        ("91350100M000100Y4", "现为17位"),
        ("91350100M000100Y431", "现为19位"),
        ("91350100M000100O43", "第16位“O”不是可用字符"),
        ("I1350100M000100Y43", "第1位“I”"),
        ("91350100M000100Y44", "校验位不符"),
        ("91350100M000010Y43", "校验位不符"),
    ],
)
def test_a_wrong_code_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(CreditCodeError, match=reason):
        check_credit_code(text)


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_mistyped_character_is_caught(body: str, place: int, wrong: str) -> None:
    code = body + check_character_of(body)
    assert check_credit_code(code) == code
    typed = code[:place] + wrong + code[place + 1 :]
    if typed != code:
        with pytest.raises(CreditCodeError):
            check_credit_code(typed)


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 15))
def test_two_neighbours_typed_in_the_wrong_order_are_caught(body: str, place: int) -> None:
    code = body + check_character_of(body)
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if typed != code:
        with pytest.raises(CreditCodeError):
            check_credit_code(typed)


@given(st.text(max_size=17))
def test_any_shorter_text_is_refused_in_chinese(text: str) -> None:
    with pytest.raises(CreditCodeError, match="统一社会信用代码"):
        check_credit_code(text)
