"""Does every word of the field have a stored value, a Chinese label of its own, and survive the wire?"""

import re

import msgspec
import pytest

from rules import terms
from rules.terms import AnswerResult, RiskLevel, SupervisionSector, Term

ALL_TERMS = [one for one in vars(terms).values() if isinstance(one, type) and issubclass(one, Term) and one is not Term]


@pytest.mark.parametrize("kind", ALL_TERMS, ids=lambda kind: kind.__name__)
def test_stored_values_are_english_snake_case_and_labels_chinese_and_unique(kind: type[Term]) -> None:
    members = list(kind)
    assert members
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", one.value) for one in members)
    assert all(re.search(r"[一-鿿]", one.label) for one in members)
    assert len({one.label for one in members}) == len(members)


@pytest.mark.parametrize("kind", ALL_TERMS, ids=lambda kind: kind.__name__)
def test_a_term_travels_as_its_stored_value(kind: type[Term]) -> None:
    for one in kind:
        wire = msgspec.json.encode(one)
        assert wire == f'"{one.value}"'.encode()
        assert msgspec.json.decode(wire, type=kind) is one
        assert f"{one}" == one.value


def test_an_unknown_word_is_refused_on_the_wire() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'"perhaps"', type=AnswerResult)


def test_risk_level_one_is_the_most_dangerous_and_red() -> None:
    assert [(one.number, one.colour) for one in RiskLevel] == [(1, "红"), (2, "橙"), (3, "黄"), (4, "蓝")]


def test_a_sub_sectors_broad_sector_exists_unless_it_holds_for_everybody() -> None:
    labels = {one.label for one in SupervisionSector}
    for label in labels:
        broad, slash, _ = label.partition("/")
        assert not slash or broad in labels or broad == "特种设备"
