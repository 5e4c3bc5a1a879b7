"""What is an industry code called, and which codes does a name in a notice mean?

GB/T 4754-2017 with its amendment no. 1 (`data/industries/`) is read when first asked for and then kept. A code that stands in it is shown
with its name, any other with a mark that asks to check it. Whatever the standard calls differently from the notices is led to its codes by
an own table of words, which says nothing of law. Which sector a code belongs to is asked of `supervision_sectors.py`.
"""

from functools import cache

import msgspec

from rules.loading import RuleDataError, read_table, refuse_duplicates
from rules.references import LegalBasis

_STANDARD = "industries/gbt4754_2017.toml"
_ALIASES = "industries/aliases.toml"
MOST_FOUND = 12
CLASS_LENGTH = 4
"""The digits of a class (小类), the finest code."""
NOT_LISTED = "不在 GB/T 4754—2017（含第1号修改单）中，请核对"
UNSETTLED = "（名称待核）"
_ENDINGS = ("生产线", "项目", "生产", "制造", "加工")
"""What a notice adds to the name of an industry."""


class _Division(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    code: str
    name: str
    section: str
    groups: dict[str, str]
    classes: dict[str, str]


class Differs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A code the transcripts we read write differently: the `other` writing (empty when it is missing there), and why ours was taken.

    `verified` is false where nothing we read settles it; the name is then marked wherever it stands.
    """

    code: str
    other: str
    note: str
    verified: bool


class StandardFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The standard, its amendment, and every code by division."""

    standard: LegalBasis
    amendment: LegalBasis
    sections: dict[str, str]
    differs: tuple[Differs, ...]
    division: tuple[_Division, ...]


class Alias(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words of notices, and the codes we lead them to."""

    words: tuple[str, ...]
    codes: tuple[str, ...]


class AliasFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Our own words."""

    alias: tuple[Alias, ...]


class FoundIndustry(msgspec.Struct, frozen=True):
    """An industry code and its name; `called` is the word of a notice that led to it where the name itself has not that word."""

    code: str
    name: str
    called: str = ""


class IndustrySearch(msgspec.Struct, frozen=True):
    """The first codes found, best first, and how many more there are."""

    found: tuple[FoundIndustry, ...] = ()
    more: int = 0


class IndustryTable:
    """Every code of the standard with its name, and the words of ours that lead to codes."""

    def __init__(self, standard: StandardFile, aliases: tuple[Alias, ...]) -> None:
        self.standard = standard.standard
        self.amendment = standard.amendment
        self.sections = standard.sections
        self.differs = standard.differs
        self._unsettled = {one.code for one in standard.differs if not one.verified}
        self.section_of = {one.code: one.section for one in standard.division}
        self.names: dict[str, str] = {}
        for one in standard.division:
            self.names |= {one.code: one.name, **one.groups, **one.classes}
        self.aliases = {word: one.codes for one in aliases for word in one.words}

    def words(self, code: str) -> str:
        """A code with its name, as printed: 3074 日用陶瓷制品制造. One the standard has not, and a name not settled, bear their mark."""
        if not code:
            return ""
        if code not in self.names:
            return f"{code}（{NOT_LISTED}）"
        return f"{code} {self.names[code]}{UNSETTLED if code in self._unsettled else ''}"

    def find(self, search: str) -> IndustrySearch:
        """The codes a search means: those whose name has every word, in any order, or whose code begins with it; classes come first."""
        words = search.upper().split()
        if not words:
            return IndustrySearch()
        found = self._having(words) or self._having([_without_ending(word) for word in words])
        ranked = [one for _, one in sorted(found, key=lambda row: (len(row[1].code) < CLASS_LENGTH, row[0], row[1].code))]
        return IndustrySearch(tuple(ranked[:MOST_FOUND]), max(0, len(ranked) - MOST_FOUND))

    def _having(self, words: list[str]) -> list[tuple[tuple[bool, int], FoundIndustry]]:
        """What has every word, with its rank: what is called so or begins so, then what only has it; the shorter name first."""
        led = {word: {code for alias, codes in self.aliases.items() if alias.upper() in word for code in codes} for word in words}
        is_number = all(word.isdecimal() for word in words)
        found = []
        for code, name in self.names.items():
            if all(code.startswith(word) if word.isdecimal() else word in name or code in led[word] for word in words):
                called = next((word for word in words if code in led[word] and word not in name), "")
                is_first = is_number or name.startswith(tuple(words)) or any(code in codes for codes in led.values())
                found.append(((not is_first, 0 if is_number else len(name)), FoundIndustry(code, name, called)))
        return found


def _without_ending(word: str) -> str:
    """The word without what notices add; a word that is nothing else stays."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return _without_ending(word.removesuffix(ending))
    return word


def check_industry_table(standard: StandardFile, aliases: tuple[Alias, ...]) -> None:
    """Raise `RuleDataError` for a code in the wrong place, without a parent or a name, twice written, or led to and not there."""
    refuse_duplicates(_STANDARD, "division", (one.code for one in standard.division))
    refuse_duplicates(_STANDARD, "differs", (one.code for one in standard.differs))
    refuse_duplicates(_ALIASES, "alias", (word for one in aliases for word in one.words))
    known: set[str] = set()
    for one in standard.division:
        if one.section not in standard.sections:
            raise RuleDataError(_STANDARD, f"division {one.code}", f"no section is called {one.section}")
        levels = (({one.code: one.name}, {""}, 2), (one.groups, {one.code}, 3), (one.classes, set(one.groups), CLASS_LENGTH))
        for names, parents, length in levels:
            for code, name in names.items():
                if len(code) != length or not code.isdecimal() or code[: length - 1 if length > 2 else 0] not in parents:
                    raise RuleDataError(_STANDARD, f"division {one.code}, {code}", "a code continues its parent's by one digit")
                if not name.strip() or name != name.strip():
                    raise RuleDataError(_STANDARD, f"division {one.code}, {code}", "must not be empty")
        empty = set(one.groups) - {code[:3] for code in one.classes}
        if empty:
            raise RuleDataError(_STANDARD, f"division {one.code}, {min(empty)}", "a group has at least one class")
        known |= {one.code, *one.groups, *one.classes}
    for file, codes in ((_STANDARD, [one.code for one in standard.differs]), (_ALIASES, [code for one in aliases for code in one.codes])):
        for code in codes:
            if code not in known:
                raise RuleDataError(file, code, "no industry has this code")


@cache
def load_industries() -> IndustryTable:
    """Read `data/industries/`, once. Raises `RuleDataError`."""
    standard = read_table(_STANDARD, StandardFile)
    aliases = read_table(_ALIASES, AliasFile).alias
    check_industry_table(standard, aliases)
    return IndustryTable(standard, aliases)


def industry_words(code: str) -> str:
    """An industry code with its name, or with the mark that it is not listed; nothing for no code. Every page and paper uses this one."""
    return load_industries().words(code)
