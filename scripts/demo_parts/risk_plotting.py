"""Which enterprise has which risk points, chemicals and dates?

The first ten are told by hand, so that a small park already shows every case: open major hazards over a complete register, a raise, a
lowering granted and one that waits, an open accident, an installation, and one enterprise nobody has begun with. The rest follow their
trade. Deterministic, with a chance of its own: the hazards' story does not depend on it.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from faker import Faker

from rules.bands import Colour
from rules.grading import grade_scored
from rules.risk_starters import StarterSet, StarterSource, load_starter_sets
from rules.rulebook import Rulebook
from rules.terms import TargetKind
from scripts.demo_parts.chance import chance_of
from scripts.demo_parts.courses import Times
from scripts.demo_parts.founding import Ground, Target
from scripts.demo_parts.risk_stores import stores_of
from scripts.demo_parts.risk_story import OwnPoint, RegisterPlan, load_own_points

SEED = 20261123
_WITHOUT = frozenset({9, 33, 57})
"""Places of enterprises nobody has begun a register for."""
_FULL = frozenset(range(9))
"""Places of enterprises whose register is as long as their trade has points."""
_WORST = (
    Colour.YELLOW,
    Colour.ORANGE,
    Colour.ORANGE,
    Colour.ORANGE,
    Colour.ORANGE,
    Colour.YELLOW,
    Colour.ORANGE,
    Colour.YELLOW,
    Colour.RED,
)
_TURN = (Colour.YELLOW, Colour.BLUE, Colour.YELLOW, Colour.ORANGE, Colour.YELLOW, Colour.BLUE, Colour.YELLOW)
"""The most dangerous colour of a register, for the places told by hand and in turn for the others."""
_SMALL_TRADES = ("3075", "2231", "2319", "3981")
"""Trades that are blue once somebody has seen them; nobody else's is."""
_CHANGES = {
    11: "三号线停产检修四个月后准备复产，主要设备移位",
    22: "新增一条组装线，夜班改为两班倒",
    28: "窑炉由液化气改烧管道天然气",
}
_INSTEAD = (("2643", "ceramics"), ("2231", "warehouse"), ("2319", "warehouse"))
"""Trades no starter set was written for, and the set whose points come nearest."""
_RARE = frozenset({"CERA-R19", "ELBT-R21", "ELBT-R20", "GLAS-R10", "GLAS-R11", "MACH-R11", "MACH-R12", "MACH-R14", "WARE-R08", "WARE-R09"})
"""Points only some enterprises of a trade have."""
_HAS = (
    ("3391", ("MACH-R11", "MACH-R12")),
    ("3392", ("MACH-R11", "MACH-R14")),
    ("3311", ("MACH-R14",)),
    ("3051", ("GLAS-R10", "GLAS-R11")),
    ("5920", ("WARE-R08", "WARE-R09")),
)
_KILNS = ("CERA-R15", "CERA-R16", "CERA-R17")
_FIRST_MONTHS = 0.62
"""The share of the time in which registers are begun; the rest is for confirming, grading anew and reviewing."""


class RiskPlotter:
    """Plans the registers of one park. `starts_on` is the first day anything may happen."""

    def __init__(self, ground: Ground, rulebook: Rulebook, faker: Faker, starts_on: date, ends_on: date) -> None:
        self._enterprises = [one for one in ground.targets if one.kind is TargetKind.ENTERPRISE]
        self._rulebook = rulebook
        self._random = chance_of(SEED)
        self._times = Times(rulebook.calendar, self._random)
        self._faker = faker
        # The starter sets must be in force before anybody copies them.
        self._starts_on = max(starts_on, *(one.effective_from for one in load_starter_sets()))
        self._days = max(1, (ends_on - self._starts_on).days)

    def day(self, share: float) -> date:
        """The working day when that share of the time has gone by."""
        return self._times.workday_before(self._starts_on + timedelta(days=1 + int(share * (self._days - 1))), 0)

    def at(self, share: float) -> datetime:
        """Some office hour of that day."""
        return self._times.at(self.day(share), 9, 17)

    def _in_order(self, *shares: float) -> list[datetime]:
        """Office hours of those days, each at least an hour after the one before, however few days there are."""
        instants: list[datetime] = []
        for share in shares:
            at = self.at(share)
            instants.append(max(at, instants[-1] + timedelta(hours=1)) if instants else at)
        return instants

    def plans(self) -> list[RegisterPlan]:
        """The register of every enterprise that has one, by place."""
        return [self._plan(place, target) for place, target in enumerate(self._enterprises) if place not in _WITHOUT]

    def _plan(self, place: int, target: Target) -> RegisterPlan:
        count = len(self._enterprises)
        begun = 0.02 + _FIRST_MONTHS * (place * 7 % count) / count
        is_told = place in _FULL
        worst = _WORST[place] if is_told else _TURN[place % len(_TURN)]
        # Every sixth register was only copied: nobody has looked at it on site.
        is_seen = is_told or place % 6 != 5
        if target.industry_code.startswith(_SMALL_TRADES):
            worst = Colour.BLUE if is_seen else Colour.YELLOW
        elif worst is Colour.BLUE:
            worst = Colour.YELLOW
        starter = _starter_for(target.industry_code)
        own = self._own(place, target)
        # Who is blue has nothing grave to begin with, and what nobody has seen stays as proposed.
        at_most = Colour.YELLOW if worst is Colour.BLUE else None if is_seen else worst
        points = self._points(starter, target, is_full=is_told, at_most=at_most)
        copied, named, seen, own_added, reviewed = self._in_order(begun, begun + 0.05, begun + 0.12, begun + 0.15, begun + 0.28)
        return RegisterPlan(
            target=target,
            starter=starter.key,
            points=points,
            worst=worst,
            people=tuple(self._faker.name() for _ in range(6)),
            copied_at=copied,
            named_at=named if is_seen or place % 2 else None,
            seen_at=seen if is_seen else None,
            leaves_some=not is_told and place % 4 == 2,
            own=own if is_seen else (),
            own_at=own_added,
            reviewed_at=reviewed if is_seen and place % 3 != 1 and place % 4 != 2 else None,
            change_at=self.at(0.9) if place in _CHANGES else None,
            change=_CHANGES.get(place, ""),
            stores=stores_of(target.industry_code, has_tanks=any(one.key == "lpg_tanks" for one in own), has_pipe="CERA-R17" not in points),
        )

    def _points(self, starter: StarterSet, target: Target, *, is_full: bool, at_most: Colour | None) -> tuple[str, ...]:
        """Points of the set in its order: all of the trade, or a dozen; those the proposal puts above `at_most` are left for later."""
        has = {one for code, ids in _HAS if target.industry_code.startswith(code) for one in ids}
        usual = [point.id for point in starter.points if point.id not in _RARE and point.id not in _KILNS]
        if not is_full:
            usual = self._random.sample(usual, self._random.randrange(8, 15))
        kiln = _KILNS[0 if is_full else self._random.randrange(3)] if target.industry_code.startswith(("307", "3834")) else ""
        chosen = {*usual, *has, kiln}
        return tuple(
            point.id
            for point in starter.points
            if point.id in chosen
            and (at_most is None or not any(_above(proposed(self._rulebook, starter, one)[1], at_most) for one in point.sources))
        )

    def _own(self, place: int, target: Target) -> tuple[OwnPoint, ...]:
        fitting = [one for one in load_own_points() if not one.industries or target.industry_code.startswith(one.industries)]
        tanks = [one for one in fitting if one.key == "lpg_tanks"]
        others = [one for one in fitting if one.key != "lpg_tanks"]
        chosen = self._random.sample(others, min(len(others), 3 if place in _FULL else self._random.randrange(3)))
        return (*(tanks if _WORST[place : place + 1] == (Colour.RED,) else ()), *chosen)


def _starter_for(industry_code: str) -> StarterSet:
    sets = load_starter_sets()
    key = next((key for code, key in _INSTEAD if industry_code.startswith(code)), "")
    return next((one for one in sets if one.key == key or (not key and one.fits(industry_code))), sets[0])


def _above(colour: Colour | None, worst: Colour) -> bool:
    return colour is not None and colour.risk.number < worst.risk.number


def proposed(rulebook: Rulebook, starter: StarterSet, source: StarterSource, lower_by: int = 0) -> tuple[dict[str, str], Colour | None]:
    """The scores the set proposes for a source, with the likelihood some rows lower in its table, and the colour they give."""
    book = rulebook.grading.grading
    chosen = dict(starter.chosen(source))
    scheme = book.scheme(starter.method, starter.scheme, starter.effective_from)
    table = book.factor(starter.method, "likelihood", scheme.variant or None)
    rows = sorted((row.score for row in table.rows), reverse=True)
    at = min(len(rows) - 1, rows.index(Decimal(chosen["likelihood"])) + lower_by)
    chosen["likelihood"] = f"{rows[at].normalize():f}"
    return chosen, grade_scored(book, starter.method, chosen, on=starter.effective_from, scheme=starter.scheme).colour
