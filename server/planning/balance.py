"""On which day, and by whom, is each visit of a year made?

A function from values to values: the days left are cut into as many equal spans as an enterprise gets visits, each visit goes into the
month of its span in which inspectors have most room, and to the inspectors who have least to do, who were there least, and whose grid it
is. Visits that are settled keep their day and their people and only take room. What finds no place is told with the reason; nothing is
left out silently, and the same values give the same plan.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec

from rules.calendar import Calendar

Month = tuple[int, int]
_DAY = timedelta(days=1)
_MOST_DAYS = 400


class Span(msgspec.Struct, frozen=True):
    """Some days, both ends included, and why nobody goes then."""

    first_on: date
    last_on: date
    reason: str = ""

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first_on <= day <= self.last_on


class Inspector(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who can be sent: how often a month, which grids they know, and when they are away."""

    id: UUID
    name: str
    capacity: int
    grids: frozenset[UUID] = frozenset()
    away: tuple[Span, ...] = ()


class Settled(msgspec.Struct, frozen=True):
    """A visit that stays: its day and who goes."""

    on: date
    people: tuple[UUID, ...]


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise: how many visits are to be placed, which are settled already, and when it was inspected this year.

    `rank` says who comes first when there is not room for everybody: 1 red, 2 orange, 3 yellow, 4 blue; not assessed comes after red.
    `met` counts how often each inspector has been there or will be.
    """

    id: UUID
    name: str
    rank: float
    visits: int
    grid_id: UUID | None = None
    settled: tuple[Settled, ...] = ()
    inspected: tuple[date, ...] = ()
    met: dict[UUID, int] = {}


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan is made on: the days from `first_on` to `last_on`, days without visits, who can go, how many go together."""

    calendar: Calendar
    first_on: date
    last_on: date
    inspectors: tuple[Inspector, ...]
    people_per_visit: int = 1
    pauses: tuple[Span, ...] = ()


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """A visit with its day, its people and the words that say why it lies there."""

    stop_id: UUID
    on: date
    people: tuple[UUID, ...]
    why: str


class Unplaced(msgspec.Struct, frozen=True, kw_only=True):
    """Visits that found no place, and why."""

    stop_id: UUID
    name: str
    visits: int
    why: str


class Balance(msgspec.Struct, frozen=True):
    """The outcome: what lies where, what lies nowhere."""

    placed: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...]


def month_of(day: date) -> Month:
    """The month a day lies in."""
    return day.year, day.month


def balance(ground: Ground, stops: Iterable[Stop]) -> Balance:
    """Place every visit that has room. Deterministic: stops are taken by rank, then by how many visits they want, then by name."""
    ordered = sorted(stops, key=lambda stop: (stop.rank, -stop.visits, stop.name, stop.id))
    planner = _Planner(ground, ordered)
    placed: list[Placed] = []
    unplaced: list[Unplaced] = []
    for stop in ordered:
        found, missing = planner.place(stop)
        placed += found
        if missing is not None:
            unplaced.append(missing)
    return Balance(tuple(placed), tuple(unplaced))


def working_days(calendar: Calendar, first_on: date, last_on: date, pauses: Sequence[Span] = ()) -> tuple[date, ...]:
    """The days of a span on which authorities work and nothing is paused."""
    days = ((first_on + n * _DAY) for n in range(min((last_on - first_on).days + 1, _MOST_DAYS)))
    return tuple(day for day in days if calendar.is_workday(day) and not any(pause.holds(day) for pause in pauses))


class _Planner:
    """Keeps count of who has how much while visits are placed one after the other."""

    def __init__(self, ground: Ground, stops: Sequence[Stop]) -> None:
        self._ground = ground
        self._days = working_days(ground.calendar, ground.first_on, ground.last_on, ground.pauses)
        self._months = tuple(dict.fromkeys(month_of(day) for day in self._days))
        self._people = {one.id: one for one in ground.inspectors if one.capacity > 0}
        self._order = {person: place for place, person in enumerate(self._people)}
        self._free_days = {one.id: _by_month(self._days, one.away) for one in self._people.values()}
        self._room = {(one.id, month): self._capacity(one, month) for one in self._people.values() for month in self._months}
        self._load: Counter[UUID] = Counter()
        self._day_load: Counter[tuple[UUID, date]] = Counter()
        self._busy: Counter[date] = Counter()
        self._month_seats: Counter[Month] = Counter()
        self._month_room = {month: sum(self._room[one, month] for one in self._people) for month in self._months}
        for stop in stops:
            for visit in stop.settled:
                self._book(visit.on, visit.people)
        self._left = sum(stop.visits for stop in stops)
        self._quota = self._share_out(self._left)

    def _capacity(self, one: Inspector, month: Month) -> int:
        """How many visits somebody can make in what is left of a month: their share of its working days, rounded up."""
        first = date(*month, 1)
        last = (date(month[0] + month[1] // 12, month[1] % 12 + 1, 1)) - _DAY
        whole = len(working_days(self._ground.calendar, first, last))
        return -(-one.capacity * len(self._free_days[one.id].get(month, ())) // whole) if whole else 0

    def _share_out(self, visits: int) -> Counter[UUID]:
        """How many of the visits to be placed are everybody's due: by capacity, within one of each other where that is equal."""
        weight = {one: sum(max(0, self._room[one, month]) for month in self._months) for one in self._people}
        quota: Counter[UUID] = Counter()
        for _ in range(visits * self._ground.people_per_visit):
            able = [one for one in self._people if quota[one] < min(visits, weight[one])]
            if not able:
                break
            # What somebody has already counts, and so does what they could have had: the fullest for their capacity gets no more.
            quota[min(able, key=lambda one: ((self._load[one] + quota[one] + 1) / (weight[one] + self._load[one]), self._order[one]))] += 1
        return quota

    def _book(self, day: date, people: Iterable[UUID]) -> None:
        self._busy[day] += 1
        for one in people:
            self._load[one] += 1
            self._day_load[one, day] += 1
            self._month_seats[month_of(day)] += 1
            if (one, month_of(day)) in self._room:
                self._room[one, month_of(day)] -= 1

    def place(self, stop: Stop) -> tuple[list[Placed], Unplaced | None]:
        """Place the visits of one stop; those without a place are counted with the reason."""
        taken = {one.on for one in stop.settled} | set(stop.inspected)
        met = Counter(stop.met)
        placed: list[Placed] = []
        spans = self._spans(stop)
        for number, (low, high) in enumerate(spans, start=1):
            self._left -= 1
            span = self._days[low:high]
            gap = timedelta(days=max(1, (span[-1] - span[0]).days // 2))
            found = self._find(stop, span, taken, met, gap)
            moved = ""
            if found is None:
                found = self._find(stop, self._days, taken, met, timedelta(days=1), near=span)
                moved = "该时段检查人员已排满，改到最近有空的月份"
            if found is None:
                left = len(spans) - number + 1 + (stop.visits - len(spans))
                self._left -= len(spans) - number
                return placed, Unplaced(stop_id=stop.id, name=stop.name, visits=left, why=self._why_not())
            day, people, words = found
            self._book(day, people)
            for one in people:
                self._quota[one] -= 1
                met[one] += 1
            taken.add(day)
            placed.append(Placed(stop_id=stop.id, on=day, people=people, why=f"{moved or self._span_words(stop, span)}；{words}"))
        missing = stop.visits - len(spans)
        self._left -= missing
        return placed, Unplaced(stop_id=stop.id, name=stop.name, visits=missing, why=self._why_not()) if missing else None

    def _span_words(self, stop: Stop, span: Sequence[date]) -> str:
        total = len(stop.settled) + stop.visits
        if total == 1:
            return "剩余时间里排一次"
        first, last = span[0].month, span[-1].month
        months = f"{first} 月" if first == last else f"{first} 月至 {last} 月"
        return f"剩余时间均分为 {total} 段，落在 {months}的一段"

    def _why_not(self) -> str:
        if not self._people:
            return "没有可以安排的检查人员，请先在“频次与人力”里设置"
        if len(self._people) < self._ground.people_per_visit:
            return f"每次检查要 {self._ground.people_per_visit} 人同去，可安排的只有 {len(self._people)} 人"
        if not self._days:
            return "剩余时间里没有可以安排的工作日"
        return "剩余各月检查人员的容量都已排满，请增加容量或人员，或手工安排"

    def _spans(self, stop: Stop) -> list[tuple[int, int]]:
        """The spans, as places in the list of days, that the visits to be placed fall into: those no settled visit has taken."""
        days, total = len(self._days), stop.visits + len(stop.settled)
        if not days or not stop.visits:
            return []
        cuts = [min(days - 1, place * days // total) for place in range(total)]
        spans = [(low, max(low + 1, (place + 1) * days // total)) for place, low in enumerate(cuts)]
        for visit in sorted(stop.settled, key=lambda one: one.on):
            nearest = min(spans, key=lambda span: (self._distance(visit.on, span), span))
            spans.remove(nearest)
        return spans[: days if days < len(spans) else None]

    def _distance(self, day: date, span: tuple[int, int]) -> int:
        first, last = self._days[span[0]], self._days[span[1] - 1]
        return 0 if first <= day <= last else min(abs((day - first).days), abs((day - last).days))

    def _find(
        self, stop: Stop, days: Sequence[date], taken: set[date], met: Counter[UUID], gap: timedelta, near: Sequence[date] = ()
    ) -> tuple[date, tuple[UUID, ...], str] | None:
        """A day among these and who goes: the month with most room first, people within their share before others."""
        by_month = _by_month(days)
        middle = (near or days)[len(near or days) // 2]
        if near:
            months = sorted(by_month, key=lambda month: (abs((by_month[month][0] - middle).days), month))
        else:
            months = sorted(by_month, key=lambda month: (self._fullness(month), abs((by_month[month][0] - middle).days), month))
        for is_strict in (True, False):
            for month in months:
                found = self._find_in(stop, month, by_month[month], taken, met, gap, is_strict=is_strict)
                if found is not None:
                    return found
        return None

    def _fullness(self, month: Month) -> float:
        room = self._month_room[month]
        return self._month_seats[month] / room if room > 0 else float("inf")

    def _find_in(
        self, stop: Stop, month: Month, days: Sequence[date], taken: set[date], met: Counter[UUID], gap: timedelta, *, is_strict: bool
    ) -> tuple[date, tuple[UUID, ...], str] | None:
        able = [one for one in self._people if self._room[one, month] > 0 and (not is_strict or self._quota[one] > 0)]
        if len(able) < self._ground.people_per_visit:
            return None
        able.sort(key=lambda one: self._suits(one, stop, month, met))
        people: tuple[UUID, ...] = ()
        common: list[date] = [day for day in days if day not in taken]
        for one in able:
            free = self._free_days[one].get(month, ())
            both = [day for day in common if day in free]
            if both:
                people, common = (*people, one), both
            if len(people) == self._ground.people_per_visit:
                day = min(common, key=lambda day: self._day_key(day, people, taken, gap, days))
                return day, people, self._words(stop, month, people, met)
        return None

    def _suits(self, one: UUID, stop: Stop, month: Month, met: Counter[UUID]) -> tuple[bool, bool, int, bool, int, float, int]:
        """The smaller, the better: who must take every visit left to reach their share, who has not reached it, who was here least, whose
        grid it is, who has most room that month, who has least to do."""
        knows = stop.grid_id is not None and stop.grid_id in self._people[one].grids
        must = self._quota[one] > self._left
        room, load = self._room[one, month], self._load[one] / self._people[one].capacity
        return (not must, self._quota[one] <= 0, met[one], not knows, -room, load, self._order[one])

    def _day_key(
        self, day: date, people: tuple[UUID, ...], taken: set[date], gap: timedelta, days: Sequence[date]
    ) -> tuple[bool, int, int, int, date]:
        too_near = any(abs(day - other) < gap for other in taken)
        middle = days[len(days) // 2]
        return too_near, sum(self._day_load[one, day] for one in people), self._busy[day], abs((day - middle).days), day

    def _words(self, stop: Stop, month: Month, people: tuple[UUID, ...], met: Counter[UUID]) -> str:
        said = []
        for one in people:
            person = self._people[one]
            here = f"，今年已去或已排 {met[one]} 次" if met[one] else ""
            own = "负责该网格" if stop.grid_id is not None and stop.grid_id in person.grids else f"已排 {self._load[one]} 次"
            said.append(f"{person.name}（{own}{here}）")
        return f"{month[1]} 月余量较大，由{'、'.join(said)}去"


def _by_month(days: Sequence[date], away: Sequence[Span] = ()) -> dict[Month, tuple[date, ...]]:
    months: dict[Month, list[date]] = {}
    for day in days:
        if not any(span.holds(day) for span in away):
            months.setdefault(month_of(day), []).append(day)
    return {month: tuple(found) for month, found in months.items()}
