"""What share of the hazards was rectified, closed, late? Counts become figures here, and nowhere else.

The formulas are the office's agreed ones (统计口径): S is the set of hazards found in the period, voided ones excluded; D those of S
whose final deadline is not after `as_of`. Page, PDF and XLSX call the same function for the same figure. A total is the sum of counts
and never the mean of rates; a rate over nothing prints — and never 100 %.

`as_of` names the end of that day (24:00, Asia/Shanghai): a deadline on `as_of` has run out. A live page that must not call a hazard
late on its last day asks with `as_of` = yesterday. `HazardRow` and `count_rows` define every count row by row; whatever counts in SQL
is tested against them.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec

NOTHING_TO_COUNT = "—"
ONE_DECIMAL = Decimal("0.1")


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A share of two counts. Prints as `83.3%`, rounded half up to one decimal, or — when the denominator is 0."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        """The share in percent with one decimal, or None when there is nothing to divide by."""
        if self.denominator == 0:
            return None
        return (Decimal(100) * self.numerator / self.denominator).quantize(ONE_DECIMAL, ROUND_HALF_UP)

    def __str__(self) -> str:
        percent = self.percent
        return NOTHING_TO_COUNT if percent is None else f"{percent}%"


class ReinspectionRound(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One re-inspection that is owed: since the reply or the deadline (`owed_from`), by `due_on`; `done_on` when it took place."""

    owed_from: date
    due_on: date
    done_on: date | None = None


class HazardRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the figures need to know of one hazard.

    `accepted_reply_on` (sub_ok) is the day of the reply that a re-inspection later passed; `due_on` is the deadline after extensions,
    `original_due_on` the one first set; both are absent when no deadline was ever set, for example when the hazard was rectified on
    the spot. `passed_first_time` is the outcome of the first re-inspection and means nothing before it. `delisted_on` is the day a
    major hazard was released.
    """

    found_on: date
    is_major: bool = False
    is_void: bool = False
    is_repeat: bool = False
    original_due_on: date | None = None
    due_on: date | None = None
    accepted_reply_on: date | None = None
    closed_on: date | None = None
    delisted_on: date | None = None
    first_reinspected_on: date | None = None
    passed_first_time: bool = False
    reinspections: tuple[ReinspectionRound, ...] = ()


def is_by(day: date | None, as_of: date) -> bool:
    """Whether something happened, and not after `as_of`."""
    return day is not None and day <= as_of


def is_due(row: HazardRow, as_of: date) -> bool:
    """Whether the final deadline has run out at the end of `as_of` (the set D)."""
    return is_by(row.due_on, as_of)


def is_accepted(row: HazardRow, as_of: date) -> bool:
    """Whether a reply handed in by `as_of` was found good."""
    return is_by(row.accepted_reply_on, as_of)


def is_closed(row: HazardRow, as_of: date) -> bool:
    """Whether the hazard is closed at the end of `as_of`."""
    return is_by(row.closed_on, as_of)


def is_on_time(row: HazardRow, as_of: date) -> bool:
    """Whether the deadline has run out and the accepted reply was not after it."""
    return row.due_on is not None and is_due(row, as_of) and is_by(row.accepted_reply_on, row.due_on)


def is_on_time_originally(row: HazardRow, as_of: date) -> bool:
    """The same with the deadline first set, before extensions."""
    return is_by(row.original_due_on, as_of) and row.original_due_on is not None and is_by(row.accepted_reply_on, row.original_due_on)


def is_overdue(row: HazardRow, as_of: date) -> bool:
    """Whether the deadline has run out and no accepted reply was in by `as_of` (the set O)."""
    return is_due(row, as_of) and not is_accepted(row, as_of)


def overdue_days(row: HazardRow, as_of: date) -> int:
    """Calendar days past the deadline: until the accepted reply, or until `as_of` while there is none. Never below 0."""
    if row.due_on is None:
        return 0
    until = row.accepted_reply_on if row.accepted_reply_on is not None and is_accepted(row, as_of) else as_of
    return max(0, (until - row.due_on).days)


def is_reinspected(row: HazardRow, as_of: date) -> bool:
    """Whether a first re-inspection took place by `as_of`."""
    return is_by(row.first_reinspected_on, as_of)


def is_passed_first_time(row: HazardRow, as_of: date) -> bool:
    """Whether that first re-inspection found the hazard rectified."""
    return is_reinspected(row, as_of) and row.passed_first_time


def closing_days(row: HazardRow, as_of: date) -> int | None:
    """Calendar days from finding to closure, or None while the hazard is open."""
    if row.closed_on is None or not is_closed(row, as_of):
        return None
    return (row.closed_on - row.found_on).days


class ClosureCounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Counts of a set of hazards at a day. Every field is a whole number and adds up, so a total row is a sum.

    `closing_days` holds, for the closed ones, how many took how many days, in rising order of days: mean and median of any union
    follow from it exactly.
    """

    found: int = 0
    general: int = 0
    major: int = 0
    accepted: int = 0
    closed: int = 0
    due: int = 0
    closed_among_due: int = 0
    on_time: int = 0
    due_originally: int = 0
    on_time_originally: int = 0
    overdue: int = 0
    overdue_days: int = 0
    reinspected: int = 0
    passed_first_time: int = 0
    reinspections_owed: int = 0
    reinspections_timely: int = 0
    repeated: int = 0
    major_delisted: int = 0
    closing_days: tuple[tuple[int, int], ...] = ()

    def __add__(self, other: "ClosureCounts") -> "ClosureCounts":
        sums = {name: getattr(self, name) + getattr(other, name) for name in COUNT_FIELDS}
        days = Counter(dict(self.closing_days))
        days.update(dict(other.closing_days))
        return ClosureCounts(**sums, closing_days=tuple(sorted(days.items())))

    @property
    def open(self) -> int:
        """Hazards not closed."""
        return self.found - self.closed


COUNT_FIELDS = tuple(name for name in ClosureCounts.__struct_fields__ if name != "closing_days")


def sum_counts(parts: Iterable[ClosureCounts]) -> ClosureCounts:
    """The counts of all parts together; no parts give zeros."""
    sums = dict.fromkeys(COUNT_FIELDS, 0)
    days: Counter[int] = Counter()
    for part in parts:
        for name in COUNT_FIELDS:
            sums[name] += getattr(part, name)
        days.update(dict(part.closing_days))
    return ClosureCounts(**sums, closing_days=tuple(sorted(days.items())))


def count_rows(rows: Iterable[HazardRow], as_of: date) -> ClosureCounts:
    """Count hazards row by row: the definition of every count. Voided rows count nowhere."""
    sums = dict.fromkeys(COUNT_FIELDS, 0)
    days: Counter[int] = Counter()
    for row in rows:
        if row.is_void:
            continue
        owed = [one for one in row.reinspections if one.owed_from <= as_of]
        for name, amount in (
            ("found", 1),
            ("general", not row.is_major),
            ("major", row.is_major),
            ("accepted", is_accepted(row, as_of)),
            ("closed", is_closed(row, as_of)),
            ("due", is_due(row, as_of)),
            ("closed_among_due", is_due(row, as_of) and is_closed(row, as_of)),
            ("on_time", is_on_time(row, as_of)),
            ("due_originally", is_by(row.original_due_on, as_of)),
            ("on_time_originally", is_on_time_originally(row, as_of)),
            ("overdue", is_overdue(row, as_of)),
            ("overdue_days", overdue_days(row, as_of)),
            ("reinspected", is_reinspected(row, as_of)),
            ("passed_first_time", is_passed_first_time(row, as_of)),
            ("reinspections_owed", len(owed)),
            ("reinspections_timely", sum(is_by(one.done_on, min(one.due_on, as_of)) for one in owed)),
            ("repeated", row.is_repeat),
            ("major_delisted", row.is_major and is_by(row.delisted_on, as_of)),
        ):
            sums[name] += int(amount)
        taken = closing_days(row, as_of)
        if taken is not None:
            days[taken] += 1
    return ClosureCounts(**sums, closing_days=tuple(sorted(days.items())))


def rectification_rate(counts: ClosureCounts) -> Rate:
    """整改率: accepted replies among all found."""
    return Rate(counts.accepted, counts.found)


def closure_rate(counts: ClosureCounts) -> Rate:
    """整改闭环率: closed among all found."""
    return Rate(counts.closed, counts.found)


def due_closure_rate(counts: ClosureCounts) -> Rate:
    """到期闭环率: closed among those whose deadline has run out."""
    return Rate(counts.closed_among_due, counts.due)


def on_time_rate(counts: ClosureCounts) -> Rate:
    """按期整改率: accepted replies handed in by the final deadline, among those whose deadline has run out."""
    return Rate(counts.on_time, counts.due)


def original_on_time_rate(counts: ClosureCounts) -> Rate:
    """按期整改率（原期限口径）: the same with the deadline first set."""
    return Rate(counts.on_time_originally, counts.due_originally)


def overdue_rate(counts: ClosureCounts) -> Rate:
    """逾期未改率: still without an accepted reply, among those whose deadline has run out."""
    return Rate(counts.overdue, counts.due)


def first_pass_rate(counts: ClosureCounts) -> Rate:
    """一次复查合格率: passed at the first re-inspection, among hazards re-inspected."""
    return Rate(counts.passed_first_time, counts.reinspected)


def reinspection_timely_rate(counts: ClosureCounts) -> Rate:
    """复查及时率: re-inspections done by their day, among those owed."""
    return Rate(counts.reinspections_timely, counts.reinspections_owed)


def major_rectification_rate(counts: ClosureCounts) -> Rate:
    """重大隐患整改率: delisted among major hazards identified."""
    return Rate(counts.major_delisted, counts.major)


def is_major_cleared(counts: ClosureCounts) -> bool:
    """动态清零: whether no major hazard is still being treated."""
    return counts.major == counts.major_delisted


def repeat_rate(counts: ClosureCounts) -> Rate:
    """重复隐患率: repeated among all found."""
    return Rate(counts.repeated, counts.found)


def mean_closing_days(counts: ClosureCounts) -> Decimal | None:
    """平均整改周期: mean calendar days from finding to closure, one decimal half up; None when none is closed."""
    closed = sum(amount for _, amount in counts.closing_days)
    if closed == 0:
        return None
    total = sum(days * amount for days, amount in counts.closing_days)
    return (Decimal(total) / closed).quantize(ONE_DECIMAL, ROUND_HALF_UP)


def median_closing_days(counts: ClosureCounts) -> Decimal | None:
    """整改周期中位数, one decimal (an even number of closures gives the middle of the two in the middle); None when none is closed."""
    closed = sum(amount for _, amount in counts.closing_days)
    if closed == 0:
        return None
    middle = (_nth_closing_days(counts, (closed - 1) // 2) + _nth_closing_days(counts, closed // 2)) / Decimal(2)
    return middle.quantize(ONE_DECIMAL, ROUND_HALF_UP)


def _nth_closing_days(counts: ClosureCounts, position: int) -> int:
    """The value at `position`, counted from 0, of the sorted closing days."""
    passed = 0
    for days, amount in counts.closing_days:
        passed += amount
        if position < passed:
            return days
    raise IndexError(position)


class ClosureFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every figure of one set of hazards, as pages and papers show them."""

    counts: ClosureCounts
    rectification: Rate
    closure: Rate
    due_closure: Rate
    on_time: Rate
    original_on_time: Rate
    overdue: Rate
    first_pass: Rate
    reinspection_timely: Rate
    major_rectification: Rate
    repeat: Rate
    is_major_cleared: bool
    mean_closing_days: Decimal | None
    median_closing_days: Decimal | None


def closure_figures(counts: ClosureCounts) -> ClosureFigures:
    """All figures that follow from the counts."""
    return ClosureFigures(
        counts=counts,
        rectification=rectification_rate(counts),
        closure=closure_rate(counts),
        due_closure=due_closure_rate(counts),
        on_time=on_time_rate(counts),
        original_on_time=original_on_time_rate(counts),
        overdue=overdue_rate(counts),
        first_pass=first_pass_rate(counts),
        reinspection_timely=reinspection_timely_rate(counts),
        major_rectification=major_rectification_rate(counts),
        repeat=repeat_rate(counts),
        is_major_cleared=is_major_cleared(counts),
        mean_closing_days=mean_closing_days(counts),
        median_closing_days=median_closing_days(counts),
    )
