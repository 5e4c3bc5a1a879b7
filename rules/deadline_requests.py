"""How is a time limit asked for, and answered, as JSON?

The JSON door `deadline`: a limit by its key or Chinese name and the day it runs from give the last day, whether it rests on a provisional
calendar, on which clause, and every step of the counting; a due day and a day to look at it give overdue days in words. A limit without a
fixed number has no date: the answer asks for one and never makes one up. The counting is `deadlines.py`'s.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from difflib import get_close_matches
from typing import Any

import msgspec

from rules.deadlines import (
    DeadlinesAt,
    Due,
    Limit,
    Reminder,
    Report,
    days_left,
    deadline_in_words,
    is_overdue,
    overdue_days,
)
from rules.grading_requests import basis_answer
from rules.requests import RequestError, normal_form, read_count, read_day, read_text, refuse_unknown_fields, require
from rules.rulebook import Rulebook
from rules.terms import LimitUnit

Answer = dict[str, Any]
Number = int | float | str

_STARTS = ("start_on", "served_on", "received_on", "submitted_on", "closed_on", "end_on")
_LONGEST_DAYS = 36_500
_CHINA = timezone(timedelta(hours=8))
_WEEKDAYS = "一二三四五六日"


class DeadlineRequest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A time limit.

    `key` is the limit's key or Chinese name; the day it runs from is `start_on`, or by its meaning `served_on`, `received_on`,
    `submitted_on`, `closed_on` (one of them), or `end_on` for a limit counted back from the day it protects; hours run from `start_at` (an
    instant; without an offset it is Beijing time). The limits of the day `on` count, by default of the day the limit runs from. `days`
    replaces the park's default for a general hazard. `due_on` with `served_on` gives the latest extension, with `submitted_on` the
    re-inspection. `year` and `quarter` choose a report. `as_of` asks for overdue days, `accepted_on` is the day of the accepted reply.
    """

    id: str | int | None = None
    key: str | None = None
    on: date | None = None
    start_on: date | None = None
    served_on: date | None = None
    received_on: date | None = None
    submitted_on: date | None = None
    closed_on: date | None = None
    end_on: date | None = None
    start_at: str | None = None
    due_on: date | None = None
    days: Number | None = None
    year: Number | None = None
    quarter: Number | None = None
    as_of: date | None = None
    accepted_on: date | None = None
    note: str | None = None


class _Asked(msgspec.Struct, frozen=True):
    """A request as read."""

    request: Mapping[str, Any]
    rulebook: Rulebook
    at: DeadlinesAt
    start_on: date | None

    def start(self) -> date:
        if self.start_on is None:
            raise RequestError("missing_field", f"缺少起算日：{'、'.join(_STARTS)} 之一")
        return self.start_on

    def day(self, field: str) -> date | None:
        value = self.request.get(field)
        return None if value is None else read_day(value, field)


def answer_deadline(request: Mapping[str, Any], rulebook: Rulebook) -> Answer:
    """The answer to one question about a time limit. Raises `RequestError` for what cannot be counted."""
    try:
        return _answer_deadline(request, rulebook)
    except OverflowError as error:
        raise RequestError("out_of_range", "日期超出可计算的范围（公元 9999 年底）") from error


def _answer_deadline(request: Mapping[str, Any], rulebook: Rulebook) -> Answer:
    refuse_unknown_fields(request, [field.name for field in msgspec.structs.fields(DeadlineRequest)], "deadline ")
    head: Answer = {"id": request.get("id")}
    if request.get("key") is None:
        due_on = read_day(require(request, "due_on"), "due_on")
        return {**head, "key": None, "due_on": due_on.isoformat(), **_overdue(request, due_on, required=True)}
    asked = _read(request, rulebook)
    entry = _find(asked, read_text(request["key"], "key"))
    answer = {**head, **_entry_answer(asked, entry)}
    due = answer["due_on"]
    # A count or a reminder is about the due day the request brings along.
    known = date.fromisoformat(due) if due is not None else asked.day("due_on")
    if known is not None:
        answer.update(_overdue(request, known, required=False))
    return answer


def _read(request: Mapping[str, Any], rulebook: Rulebook) -> _Asked:
    starts = {field: read_day(request[field], field) for field in _STARTS if request.get(field) is not None}
    if len(set(starts.values())) > 1:
        raise RequestError(
            "conflicting_fields", f"起算日写了不止一个：{'、'.join(f'{name} = {day}' for name, day in starts.items())}；只写一个"
        )
    start_on = next(iter(starts.values()), None)
    on = request.get("on")
    moment = request.get("start_at")
    if on is not None:
        day = read_day(on)
    elif start_on is not None:
        day = start_on
    elif moment is not None:
        day = _read_moment(moment).astimezone(_CHINA).date()
    elif request.get("due_on") is not None:
        day = read_day(request["due_on"], "due_on")
    elif request.get("year") is not None:
        day = date(_read_year(request), 12, 31)
    else:
        raise RequestError("missing_field", f"缺少起算日（{'、'.join(_STARTS)} 之一）或适用法规的日期 on")
    return _Asked(request, rulebook, rulebook.at(day).deadlines, start_on)


def _find(asked: _Asked, named: str) -> Limit | Report | Reminder:
    """The entry by key or Chinese name, in force on the day."""
    at = asked.at
    entries: dict[str, Limit | Report | Reminder] = {**at.limits, **at.reports, **at.reminders}
    if named in entries:
        return entries[named]
    wanted = normal_form(named)
    found = [one for one in entries.values() if wanted in (normal_form(one.label), normal_form(one.key))]
    if len(found) == 1:
        return found[0]
    ever = asked.rulebook.deadlines
    elsewhere = next(
        (one for one in (*ever.limits, *ever.reports, *ever.reminders) if wanted in (normal_form(one.key), normal_form(one.label))), None
    )
    if elsewhere is not None:
        raise RequestError(
            "not_in_force", f"“{elsewhere.label}”（{elsewhere.key}）在 {at.day} 没有施行中的规定，自 {elsewhere.effective_from} 起用"
        )
    labels = {one.label: one.key for one in entries.values()}
    near = [*get_close_matches(named, entries, n=3), *(labels[label] for label in labels if wanted in normal_form(label))]
    shown = dict.fromkeys(near[:5] or entries)
    raise RequestError("unknown_limit", f"没有名为“{named}”的期限；可用：{'、'.join(f'{key}（{entries[key].label}）' for key in shown)}")


def _entry_answer(asked: _Asked, entry: Limit | Report | Reminder) -> Answer:
    if isinstance(entry, Report):
        return _report(asked, entry)
    if isinstance(entry, Reminder):
        return _reminder(asked, entry)
    if entry.unit is LimitUnit.HOUR:
        return _hours(asked, entry)
    special = _SPECIAL.get(entry.key)
    if special is not None:
        return special(asked, entry)
    if entry.unit in (LimitUnit.TIMES, LimitUnit.MULTIPLE):
        return _answer(entry, None, trail=[f"{entry.label}：{entry.in_words}；这是次数，没有届满日"])
    if entry.value is None:
        return _without_number(entry)
    return _due_answer(asked, entry, asked.at.due_on(entry.key, asked.start(), asked.rulebook.calendar), entry.value)


def _rectification(asked: _Asked, limit: Limit) -> Answer:
    """A general hazard: the days of the order, or the park's default."""
    days = _read_days(asked.request)
    due = asked.at.rectification_due_on(asked.start(), asked.rulebook.calendar, days)
    answer = _due_answer(asked, limit, due, asked.at.get_value(limit.key) if days is None else days)
    if days is not None:
        answer["trail"].insert(0, f"整改期限按请求写明的 {days} 日，不用默认值")
    return answer


def _reinspection(asked: _Asked, limit: Limit) -> Answer:
    """Re-inspection runs from the reply or from the end of the deadline, whichever comes first."""
    due_on, submitted_on = asked.day("due_on"), asked.day("submitted_on")
    if due_on is None:
        return _due_answer(asked, limit, asked.at.due_on(limit.key, asked.start(), asked.rulebook.calendar), asked.at.get_value(limit.key))
    due = asked.at.reinspection_due_on(submitted_on, due_on, asked.rulebook.calendar)
    answer = _due_answer(asked, limit, due, asked.at.get_value(limit.key))
    submitted = f"整改提交日 {submitted_on}" if submitted_on is not None else "未提交整改"
    answer["trail"].insert(0, f"{submitted}，整改期限届满日 {due_on}，自先到者 {due.start_on} 起算")
    return answer


def _latest_extension(asked: _Asked, limit: Limit) -> Answer:
    due_on = asked.day("due_on")
    if due_on is None:
        return _answer(
            limit, None, trail=[f"{limit.label}：{limit.in_words}"], questions=["原整改期限是哪天送达、哪天届满？（served_on、due_on）"]
        )
    start_on = asked.start()
    if due_on < start_on:
        raise RequestError("out_of_range", f"due_on = {due_on} 早于送达日 {start_on}")
    latest = asked.at.latest_extended_on(start_on, due_on)
    trail = [
        f"原期限 {start_on} 至 {due_on}，共 {(due_on - start_on).days} 日",
        f"延期总长不超过原期限的 {limit.in_words}：最迟延至 {latest}",
    ]
    return _answer(limit, latest, trail=trail)


_SPECIAL: dict[str, Callable[[_Asked, Limit], Answer]] = {
    "rectification.general": _rectification,
    "reinspection.within": _reinspection,
    "extension.max_total": _latest_extension,
}


def _hours(asked: _Asked, limit: Limit) -> Answer:
    given = asked.request.get("start_at")
    if given is None:
        return _answer(
            limit, None, trail=[f"{limit.label}：{limit.in_words}"], questions=["从什么时刻起算？（start_at，写作 2026-05-01T14:30+08:00）"]
        )
    start_at = _read_moment(given)
    due_at = asked.at.due_at(limit.key, start_at)
    direction = "往前数" if limit.backwards else "起"
    answer = _answer(
        limit, due_at.astimezone(_CHINA).date(), trail=[f"自 {start_at.isoformat()} {direction}{limit.in_words}：{due_at.isoformat()}"]
    )
    answer["due_at"] = due_at.isoformat()
    return answer


def _report(asked: _Asked, report: Report) -> Answer:
    if asked.request.get("year") is None:
        raise RequestError("missing_field", f"{report.label}要写明 year" + ("、quarter" if report.period == "quarter" else ""))
    year = _read_year(asked.request)
    if report.period == "quarter":
        quarter = read_count(require(asked.request, "quarter"), "quarter")
        if not 1 <= quarter <= 4:
            raise RequestError("out_of_range", f"quarter = {quarter} 应为 1 至 4")
        due_on, said = asked.at.quarterly_report_due_on(year, quarter), f"{year} 年第 {quarter} 季度"
    else:
        due_on, said = asked.at.yearly_report_due_on(year), f"{year} 年度"
    trail = [f"{said}结束后第 {report.months_after} 个月的 {report.day} 日（含当日）前报送：{due_on}"]
    return _answer(report, due_on, trail=trail)


def _reminder(asked: _Asked, reminder: Reminder) -> Answer:
    due_on = read_day(require(asked.request, "due_on"), "due_on")
    as_of = read_day(require(asked.request, "as_of"), "as_of")
    remind = asked.at.should_remind(due_on, as_of, reminder.key)
    days = "、".join(str(one) for one in reminder.days_before)
    daily = "，逾期后每天提醒" if reminder.daily_when_overdue else ""
    answer = _answer(
        reminder, None, trail=[f"期满前 {days} 天提醒{daily}；{as_of}{deadline_in_words(due_on, as_of)}：{'提醒' if remind else '不提醒'}"]
    )
    answer["remind"] = remind
    return answer


def _without_number(limit: Limit) -> Answer:
    return _answer(
        limit,
        None,
        trail=[f"{limit.label}没有统一天数：{limit.note}"],
        questions=[f"{limit.label}定在哪天？由有权决定的人写明日期（{limit.note}）"],
    )


def _due_answer(asked: _Asked, limit: Limit, due: Due, value: int) -> Answer:
    counted = due.moved_from or due.due_on
    direction = "往前数" if limit.backwards else "次日起算"
    trail = [f"自 {_spoken(due.start_on)}{direction}，当日不计入，{value}{limit.unit.label}：{_spoken(counted)}"]
    if due.moved_from is not None:
        trail.append(f"{due.moved_from} 是休息日，行政机关自身的期限顺延到下一个工作日 {due.due_on}")
    elif limit.unit is LimitUnit.CALENDAR_DAY and not limit.rolls and not asked.rulebook.calendar.is_workday(due.due_on):
        trail.append(f"{due.due_on} 是休息日，这一期限不顺延")
    if due.provisional:
        trail.append("其中有年份的放假通知还没有公布，日期为暂定，通知公布后重算")
    return _answer(limit, due.due_on, trail=trail, start_on=due.start_on, moved_from=due.moved_from, provisional=due.provisional)


def _spoken(day: date) -> str:
    return f"{day}（星期{_WEEKDAYS[day.weekday()]}）"


def _answer(
    entry: Limit | Report | Reminder,
    due_on: date | None,
    *,
    trail: list[str],
    questions: list[str] | None = None,
    start_on: date | None = None,
    moved_from: date | None = None,
    provisional: bool = False,
) -> Answer:
    own = [f"{entry.label}为园区自定的内部期限，不是法定期限"] if entry.is_park_rule else []
    unchecked = [f"{entry.citation}：期限未与现行条文核对" + (f"（{entry.note}）" if entry.note else "")] if not entry.verified else []
    return {
        "key": entry.key,
        "label": entry.label,
        "limit": entry.in_words if isinstance(entry, Limit) else None,
        "start_on": None if start_on is None else start_on.isoformat(),
        "due_on": None if due_on is None else due_on.isoformat(),
        "moved_from": None if moved_from is None else moved_from.isoformat(),
        "provisional": provisional,
        "citation": entry.citation,
        "basis": [] if entry.basis is None else basis_answer([entry.basis]),
        "park_rule": entry.is_park_rule,
        "verified": entry.verified,
        "unverified": own or unchecked,
        "questions": questions or [],
        "trail": trail,
    }


def _overdue(request: Mapping[str, Any], due_on: date, *, required: bool) -> Answer:
    """How a due day stands on the day `as_of`; nothing when no such day is named and none is needed."""
    if request.get("as_of") is None and not required:
        return {}
    as_of = read_day(require(request, "as_of"), "as_of")
    accepted = request.get("accepted_on")
    accepted_on = None if accepted is None else read_day(accepted, "accepted_on")
    late = overdue_days(due_on, accepted_on, as_of)
    if accepted_on is not None and accepted_on <= as_of:
        words = f"{accepted_on} 提交的整改已认可，" + (f"逾期 {late} 天" if late else "按期")
    else:
        words = deadline_in_words(due_on, as_of)
    return {
        "as_of": as_of.isoformat(),
        "is_overdue": is_overdue(due_on, accepted_on, as_of),
        "overdue_days": late,
        "days_left": days_left(due_on, as_of),
        "words": words,
    }


def _read_days(request: Mapping[str, Any]) -> int | None:
    given = request.get("days")
    if given is None:
        return None
    days = read_count(given, "days")
    if days > _LONGEST_DAYS:
        raise RequestError("out_of_range", f"days = {days} 不应大于 {_LONGEST_DAYS}")
    return days


def _read_year(request: Mapping[str, Any]) -> int:
    year = read_count(request["year"], "year")
    if not 1949 <= year <= 9000:
        raise RequestError("out_of_range", f"year = {year} 不是可用的年份")
    return year


def _read_moment(value: object) -> datetime:
    """An instant; one without an offset is Beijing time."""
    moment = value if isinstance(value, datetime) else None
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            moment = None
    if moment is None:
        raise RequestError("not_an_instant", f"start_at 应为时刻，写作 2026-05-01T14:30+08:00，收到的是 {value!r}")
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=_CHINA)
