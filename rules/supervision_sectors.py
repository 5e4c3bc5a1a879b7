"""Under which supervision sectors does an enterprise fall, so that the right major-hazard criteria are applied to it?

An industry code of GB/T 4754-2017 gives the sector by its longest listed prefix, stated risks add tags whatever the industry, and some
tags hold for everybody (`data/sectors/`). A code that is not listed, or too short to tell its sub-classes apart, is never guessed: it
gives no sector and a question. Which criteria a sector brings is `major_hazard.py`'s question.
"""

import re
from collections.abc import Collection, Iterable
from datetime import date

import msgspec

from rules.loading import RuleDataError, read_table
from rules.references import LegalBasis
from rules.terms import EnterpriseRisk, SupervisionSector

_INDUSTRIES = "sectors/industries.toml"
_COMMON = "sectors/common.toml"
_CODE = re.compile(r"[A-T]?(\d{2,4})")


class SectorTag(msgspec.Struct, frozen=True):
    """One sector with the reason it applies; `verified` tells whether the mapping was seen or is from memory."""

    sector: SupervisionSector
    why: str
    verified: bool


class _Dated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    effective_from: date
    verified: bool
    repealed_on: date | None = None

    def is_in_force(self, on: date) -> bool:
        """Whether the row holds on that day: [effective_from, repealed_on)."""
        return self.effective_from <= on and (self.repealed_on is None or on < self.repealed_on)


class Industry(_Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Industry codes by prefix and the sectors they belong to."""

    codes: tuple[str, ...]
    name: str
    sectors: tuple[SupervisionSector, ...]
    basis: LegalBasis
    ask: str = ""


class CommonTag(_Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Sectors that hold for everybody."""

    sectors: tuple[SupervisionSector, ...]
    why: str


class TradeWideTag(CommonTag, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Sectors that hold for every enterprise of one of the sectors `of`."""

    of: tuple[SupervisionSector, ...]


class RiskTag(CommonTag, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Sectors that hold where a risk is stated."""

    risk: EnterpriseRisk


class Prompt(_Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question about a risk that enterprises of these codes often have."""

    codes: tuple[str, ...]
    risk: EnterpriseRisk
    ask: str


class _IndustryFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    industry: tuple[Industry, ...]


class _CommonFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    universal: tuple[CommonTag, ...]
    trade_wide: tuple[TradeWideTag, ...]
    risk: tuple[RiskTag, ...]
    prompt: tuple[Prompt, ...]


def normalise_industry_code(text: str) -> str | None:
    """The digits of an industry code, with or without its section letter (`C3074` → `3074`). None when it is no code."""
    match = _CODE.fullmatch(text.strip().upper())
    return match[1] if match else None


class SupervisionSectorsAt:
    """The mapping in force on one day."""

    def __init__(self, industries: Iterable[Industry], common: _CommonFile, day: date) -> None:
        self._by_code = {code: one for one in industries if one.is_in_force(day) for code in one.codes}
        self._universal = tuple(one for one in common.universal if one.is_in_force(day))
        self._trade_wide = tuple(one for one in common.trade_wide if one.is_in_force(day))
        self._risks = tuple(one for one in common.risk if one.is_in_force(day))
        self._prompts = tuple(one for one in common.prompt if one.is_in_force(day))

    def find_industry(self, industry_code: str) -> Industry | None:
        """The most specific row for a code. None when it is not listed, or when its sub-classes belong to different sectors."""
        code = normalise_industry_code(industry_code)
        if code is None:
            return None
        found = next((self._by_code[code[:n]] for n in range(len(code), 1, -1) if code[:n] in self._by_code), None)
        if any(len(other) > len(code) and other.startswith(code) for other in self._by_code):
            return None
        return found

    def sectors_of(self, industry_code: str, risks: Collection[EnterpriseRisk] = ()) -> tuple[SectorTag, ...]:
        """Every sector that is certain, each once, with its reason.

        An unknown or too short code gives the sectors of the stated risks only, without those that hold for everybody: a list of
        those alone would read as *registered, and of no trade*. `questions_about` then says what to ask.
        """
        industry = self.find_industry(industry_code)
        tags: dict[SupervisionSector, SectorTag] = {}

        def add(sectors: Iterable[SupervisionSector], why: str, *, verified: bool) -> None:
            for sector in sectors:
                tags.setdefault(sector, SectorTag(sector, why, verified))

        if industry is not None:
            why = f"行业代码{normalise_industry_code(industry_code)}，{industry.name}（{industry.basis.doc_no}{industry.basis.clause}）"
            add(industry.sectors, why, verified=industry.verified)
        for trade in self._trade_wide:
            held = [sector for sector in trade.of if sector in tags]
            if held:
                add(trade.sectors, trade.why, verified=trade.verified and tags[held[0]].verified)
        for one in self._risks:
            if one.risk in risks:
                add(one.sectors, one.why, verified=one.verified)
        if industry is not None:
            for universal in self._universal:
                add(universal.sectors, universal.why, verified=universal.verified)
        return tuple(tags.values())

    def questions_about(self, industry_code: str, risks: Collection[EnterpriseRisk] = ()) -> tuple[str, ...]:
        """What must still be asked before the sectors of `sectors_of` are complete."""
        code = normalise_industry_code(industry_code)
        if code is None:
            return ("请按营业执照登记的行业核定国民经济行业代码（GB/T 4754-2017，四位数字）。",)
        industry = self.find_industry(code)
        asked: list[str] = []
        if industry is None:
            finer = sorted(other for other in self._by_code if len(other) > len(code) and other.startswith(code))
            if finer:
                asked.append(f"行业代码{code}之下的小类（如{'、'.join(finer)}）分属不同监管行业，请核定四位代码。")
            else:
                asked.append(f"行业代码{code}没有对应的监管行业，请安全办核定。")
        elif industry.ask:
            asked.append(industry.ask)
        asked.extend(one.ask for one in self._prompts if one.risk not in risks and code.startswith(one.codes))
        return tuple(asked)


class SupervisionSectors:
    """Every row of the mapping, whenever in force."""

    def __init__(self, industries: tuple[Industry, ...], common: _CommonFile) -> None:
        self.industries = industries
        self._common = common

    def at(self, day: date) -> SupervisionSectorsAt:
        """The mapping in force on that day."""
        return SupervisionSectorsAt(self.industries, self._common, day)


def check_industries(industries: tuple[Industry, ...]) -> None:
    """Raise `RuleDataError` for rows without codes or sectors, for what is no code, and for two rows of one code on one day."""
    seen: dict[str, list[Industry]] = {}
    for one in industries:
        if not one.codes or not one.sectors:
            raise RuleDataError(_INDUSTRIES, one.name, "has no codes or no sectors")
        for code in one.codes:
            if normalise_industry_code(code) != code:
                raise RuleDataError(_INDUSTRIES, code, "is not two to four digits")
            for other in seen.setdefault(code, []):
                if other.is_in_force(one.effective_from) or one.is_in_force(other.effective_from):
                    raise RuleDataError(_INDUSTRIES, code, "two rows in force on one day")
            seen[code].append(one)


def load_supervision_sectors() -> SupervisionSectors:
    """Read `data/sectors/`. Raises `RuleDataError`."""
    industries = read_table(_INDUSTRIES, _IndustryFile).industry
    check_industries(industries)
    return SupervisionSectors(industries, read_table(_COMMON, _CommonFile))
