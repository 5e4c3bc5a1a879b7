"""What becomes of a problem, and when?

Given a visit and how far its problems shall come, this sets the instants of grading, order, replies, re-inspections and closure, at the
hours offices and enterprises keep. Nothing here looks at a database; an instant after the end of the story simply never comes.
"""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from uuid import UUID

import msgspec

from rules.calendar import Calendar
from rules.terms import NoticeWay
from scripts.demo_parts.chance import chance_of
from scripts.demo_parts.founding import Target
from scripts.demo_parts.pictures import Picture
from scripts.demo_parts.story import Look, Order, Problem, Reply, Visit
from server.clock import CHINA, day_of
from server.rectification.schemas import ServiceWay

_VOID_REASONS = (
    "复看照片和现场，所指设备已停用封存，不构成隐患。",
    "同一问题当天由另一组检查人员登记，重复登记，作废本条。",
    "现场核实为检修期间临时状态，检修票证齐全，不构成隐患。",
)
_NOTES = (
    "整改期间请落实专人监护，未完成前相关部位不得恢复使用。",
    "整改期间请加强巡查，设置警示标志，确保作业人员安全。",
    "请边查边改，能立即整改的当天完成，照片随整改情况一并提交。",
    "",
)
_PASSED = ("现场复核，已按要求整改到位。", "与整改前照片同角度对照，隐患已消除。", "")
_FAILED = "现场复核，整改不彻底，仍有部分未按要求完成。"
_LATE_SHARE, _FAIL_SHARE, _TOLD_SHARE, _VOID_SHARE = 0.17, 0.13, 0.85, 0.03


class Aim(StrEnum):
    """How far the problems of a visit shall have come when the story ends."""

    SETTLED = "settled"
    FOUND = "found"
    VOIDED = "voided"
    CONFIRMED = "confirmed"
    DRAFTED = "drafted"
    REVIEWED = "reviewed"
    ISSUED = "issued"
    OPEN = "open"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    FAILED = "failed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


_BEFORE_SERVICE = (Aim.FOUND, Aim.CONFIRMED, Aim.DRAFTED, Aim.REVIEWED, Aim.ISSUED)


class Script(msgspec.Struct, frozen=True):
    """An aim, and the deadline as days from the day the story ends; None leaves it to the checklist's suggestion."""

    aim: Aim
    due: int | None = None
    fails_once: bool = False


class Times:
    """Hours and working days, with the story's own chance."""

    def __init__(self, calendar: Calendar, random: Random) -> None:
        self.calendar = calendar
        self.random = random

    def at(self, day: date, first_hour: int, last_hour: int) -> datetime:
        """Some minute between two hours of a day."""
        minutes = self.random.randrange(first_hour * 60, last_hour * 60)
        return datetime.combine(day, time(minutes // 60, minutes % 60, self.random.randrange(60)), CHINA)

    def workday(self, day: date, later: int) -> date:
        """The working day that many working days later; with 0 the day itself or the next one worked."""
        return self.calendar.next_workday(day) if later == 0 else self.calendar.add_workdays(day, later)

    def workday_before(self, day: date, earlier: int) -> date:
        """The last working day at least that many days before a day."""
        day -= timedelta(days=earlier)
        while not self.calendar.is_workday(day):
            day -= timedelta(days=1)
        return day


class Director:
    """Sets the course of a visit's problems."""

    def __init__(self, times: Times, ends_on: date, inspectors: tuple[str, ...], names: dict[str, str], office: str) -> None:
        self._times = times
        self._random = times.random
        self._ends_on = ends_on
        self._inspectors = inspectors
        self._names = names
        self._office = office

    def set_course(self, visit: Visit, script: Script, suggested_days: dict[str, int]) -> None:
        """Plan everything that follows a visit. `suggested_days` is what the checklist suggests, by item."""
        listed = []
        first = self._times.workday(day_of(visit.sent_at), 1)
        opening = datetime.combine(first, time(9, 0), CHINA)
        for place, problem in enumerate(one for one in visit.problems if one.spot is None):
            if script.aim is Aim.FOUND:
                continue
            by_itself = not problem.is_major and script.aim is Aim.SETTLED and self._random.random() < _VOID_SHARE
            if by_itself or (script.aim is Aim.VOIDED and place == 0):
                self.void(problem, opening + timedelta(minutes=5 + 4 * place))
                continue
            problem.confirmed_at = opening + timedelta(minutes=5 + 4 * place)
            listed.append(problem)
        if not listed or script.aim in (Aim.FOUND, Aim.CONFIRMED):
            return
        order = self._order(tuple(listed), first, script.aim)
        visit.orders = (order,)
        days = {problem.id: suggested_days.get(problem.finding.item) or 7 for problem in listed}
        self._set_deadlines(order, script, days)
        if order.served_at is None:
            return
        if script.aim is Aim.WITHDRAWN:
            order = self._withdraw(visit, order, days)
        served = order.served_at or order.drafted_at
        for place, problem in enumerate(listed):
            aim = script.aim if place == 0 or self._random.random() < 0.6 else Aim.SETTLED
            self._settle(problem, visit.target, served, aim, fails_once=script.fails_once and place == 0)
        self._file_away(order)

    def void(self, problem: Problem, at: datetime) -> None:
        """The office finds that it is none."""
        problem.voided_at, problem.void_reason = at, self._random.choice(_VOID_REASONS)

    def set_self_check(self, problem: Problem, target: Target, begun_at: datetime, aim: Aim) -> None:
        """Plan how an enterprise treats what it found itself."""
        problem.due_on = day_of(begun_at) + timedelta(days=7)
        self._settle(problem, target, begun_at, aim)

    def _order(self, problems: tuple[Problem, ...], day: date, aim: Aim) -> Order:
        times = self._times
        drafted_at = times.at(day, 10, 11)
        order = Order(problems=problems, drafted_at=drafted_at, note=self._random.choice(_NOTES))
        if aim is Aim.DRAFTED:
            return order
        order.reviewed_at = drafted_at + timedelta(minutes=self._random.randrange(15, 50))
        if aim is Aim.REVIEWED:
            return order
        issue_day = times.workday(day, 1)
        order.issued_at = times.at(issue_day, 9, 11)
        if aim is not Aim.ISSUED:
            order.served_at = times.at(times.workday(issue_day, self._random.choice((0, 0, 1))), 14, 17)
            order.served_way = self._random.choices((ServiceWay.DIRECT, ServiceWay.ACKNOWLEDGED, ServiceWay.POST), (5, 4, 1))[0]
        return order

    def _set_deadlines(self, order: Order, script: Script, days: dict[UUID, int]) -> None:
        start = day_of(order.served_at or order.issued_at or order.drafted_at) + timedelta(days=1)
        for place, problem in enumerate(order.problems):
            usual = start + timedelta(days=min(30, max(3, days[problem.id])))
            asked = usual if script.due is None else self._ends_on + timedelta(days=script.due + place % 2)
            problem.due_on = max(asked, start)

    def _withdraw(self, visit: Visit, order: Order, days: dict[UUID, int]) -> Order:
        """The order turns out to have a slip in it: withdrawn the next working day, and another one made."""
        served_at = order.served_at or order.drafted_at
        day = self._times.workday(day_of(served_at), 1)
        order.withdrawn_at = self._times.at(day, 9, 10)
        order.withdrawn_reason = "文书所列整改部位有误，撤销后另行起草。"
        again = self._order(order.problems, day, Aim.SETTLED)
        self._set_deadlines(again, Script(Aim.SETTLED), days)
        visit.orders = (order, again)
        return again

    def _settle(self, problem: Problem, target: Target, served_at: datetime, aim: Aim, *, fails_once: bool = False) -> None:
        due_on = problem.due_on or day_of(served_at)
        if aim is Aim.OPEN:
            return
        if not target.safety:
            self._look_without_reply(problem, due_on, target)
            return
        replied_on = self._reply_day(day_of(served_at), due_on, aim)
        reply = self._reply(problem, target, replied_on, served_at, passes=aim is not Aim.FAILED)
        problem.replies = (reply,)
        if aim is Aim.SUBMITTED:
            return
        look_day = self._look_day(day_of(reply.at), aim)
        by_itself = aim is Aim.SETTLED and not problem.is_major and self._random.random() < _FAIL_SHARE
        if aim is Aim.FAILED or fails_once or by_itself:
            problem.replies = (self._as_failing(reply, problem, target),)
            problem.looks = (self._look(problem, target, look_day, reply.at, passed=False),)
            if aim is Aim.FAILED:
                return
            again_on = look_day + timedelta(days=self._random.randrange(3, 8))
            reply = self._reply(problem, target, again_on, problem.looks[0].at, passes=True)
            problem.replies = (*problem.replies, reply)
            look_day = self._look_day(day_of(reply.at), aim)
        problem.looks = (*problem.looks, self._look(problem, target, look_day, reply.at, passed=True))
        if aim is not Aim.VERIFIED:
            self._close(problem, aim)

    def _reply_day(self, served_on: date, due_on: date, aim: Aim) -> date:
        random = self._random
        if aim is Aim.SUBMITTED:
            chosen = self._ends_on - timedelta(days=random.randrange(1, 6))
        elif aim is Aim.VERIFIED:
            chosen = self._ends_on - timedelta(days=random.randrange(5, 9))
        elif aim is Aim.FAILED:
            chosen = self._ends_on - timedelta(days=random.randrange(7, 11))
        elif aim is Aim.REOPENED:
            chosen = self._ends_on - timedelta(days=27)
        elif random.random() < _LATE_SHARE:
            chosen = due_on + timedelta(days=random.randrange(1, 10))
        else:
            chosen = served_on + timedelta(days=round((due_on - served_on).days * random.uniform(0.3, 0.95)))
        return max(chosen, served_on + timedelta(days=1))

    def _look_day(self, replied_on: date, aim: Aim) -> date:
        if aim in (Aim.VERIFIED, Aim.FAILED):
            return max(self._times.workday_before(self._ends_on, 1), self._times.workday(replied_on, 1))
        return self._times.workday(replied_on, self._random.randrange(1, 5))

    def _reply(self, problem: Problem, target: Target, on: date, after: datetime, *, passes: bool) -> Reply:
        at = max(self._times.at(on, 8, 20), after + timedelta(hours=2))
        round_ = len(problem.replies) + 1
        is_told = problem.is_major or self._random.random() < _TOLD_SHARE
        shown = self._picture(problem, target, f"reply{round_}", at, after=passes, shot=10 + round_, said="整改后")
        report = self._picture(problem, target, f"assessment{round_}", at, after=True, shot=50, said="治理情况评估报告", scene="documents")
        return Reply(
            id=_step_id(problem.id, f"reply{round_}"),
            at=at,
            username=target.principal if problem.is_major else target.safety,
            measure=problem.finding.measure or "已按要求整改完成。",
            person=target.contact,
            funds=round(self._random.uniform(*problem.finding.funds) / 10) * 10,
            finished_on=day_of(at),
            picture=shown,
            notice_way=self._random.choice(list(NoticeWay)) if is_told else "",
            assessment=report if problem.is_major else None,
        )

    def _as_failing(self, reply: Reply, problem: Problem, target: Target) -> Reply:
        """The same reply with a photo that shows the work not done."""
        shown = self._picture(problem, target, "reply1", reply.at, after=False, shot=11, said="整改后")
        return msgspec.structs.replace(reply, picture=shown)

    def _look(self, problem: Problem, target: Target, on: date, after: datetime, *, passed: bool) -> Look:
        at = max(self._times.at(on, 9, 17), after + timedelta(minutes=30))
        round_ = len(problem.looks) + 1
        by_phone = problem.is_major or self._random.random() < 0.55
        pair = self._pair()
        has_picture = problem.is_major or (by_phone and self._random.random() < 0.4)
        shown = self._picture(problem, target, f"look{round_}", at, after=passed, shot=20 + round_, said="复查") if has_picture else None
        return Look(
            id=_step_id(problem.id, f"look{round_}"),
            at=at,
            username=pair[0] if by_phone else self._office,
            names=tuple(self._names[one] for one in pair),
            passed=passed,
            reason=self._random.choice(_PASSED) if passed else problem.finding.again or _FAILED,
            by_phone=by_phone,
            picture=shown,
            expert_opinion="治理措施有效，经测试合格，同意恢复使用。" if problem.is_major and passed else "",
        )

    def _look_without_reply(self, problem: Problem, due_on: date, target: Target) -> None:
        """A public facility has nobody to answer online: the park looks itself when the deadline is over."""
        day = self._times.workday(due_on + timedelta(days=1), 0)
        look = self._look(problem, target, day, datetime.combine(day, time(9, 0), CHINA), passed=True)
        shown = look.picture or self._picture(problem, target, "look1", look.at, after=True, shot=21, said="复查")
        problem.looks = (msgspec.structs.replace(look, picture=shown, by_phone=True, username=self._pair()[0]),)
        self._close(problem, Aim.SETTLED)

    def _close(self, problem: Problem, aim: Aim) -> None:
        looked_at = problem.looks[-1].at
        day = self._times.workday(day_of(looked_at), self._random.randrange(0, 4))
        problem.closed_at = max(self._times.at(day, 9, 18), looked_at + timedelta(minutes=40))
        if problem.is_major:
            problem.acceptance = "整改验收会议纪要（虚构）"
        if aim is Aim.REOPENED:
            problem.reopened_at = self._times.at(self._times.workday_before(self._ends_on, 4), 10, 16)

    def _file_away(self, order: Order) -> None:
        """Most settled orders get their opinion and are filed; some wait for somebody to have the time."""
        if any(one.closed_at is None or one.reopened_at is not None for one in order.problems) or self._random.random() < 0.25:
            return
        last = max(one.closed_at for one in order.problems if one.closed_at is not None)
        order.opinion_at = last + timedelta(hours=1)
        if self._random.random() < 0.85:
            order.archived_at = self._times.at(self._times.workday(day_of(last), 2), 14, 17)

    def _pair(self) -> tuple[str, ...]:
        return tuple(self._random.sample(self._inspectors, min(2, len(self._inspectors))))

    def _picture(
        self, problem: Problem, target: Target, kind: str, at: datetime, *, after: bool, shot: int, said: str, scene: str = ""
    ) -> Picture:
        return picture_of(problem, target, kind, at, after=after, shot=shot, said=said, scene=scene)


def picture_of(
    problem: Problem,
    target: Target,
    kind: str,
    at: datetime,
    *,
    after: bool,
    shot: int,
    said: str,
    scene: str = "",
    truncated: bool = False,
) -> Picture:
    """A photo of a problem's place."""
    wobble = chance_of(problem.seed + shot)
    return Picture(
        name=f"{problem.id.hex}-{kind}",
        scene=scene or problem.finding.scene,
        seed=problem.seed,
        after=after,
        shot=shot,
        lines=(f"{target.short_name}（虚构）{problem.place}", f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}  {said}"),
        taken_at=at,
        latitude=round(target.latitude + wobble.uniform(-0.0003, 0.0003), 6),
        longitude=round(target.longitude + wobble.uniform(-0.0003, 0.0003), 6),
        truncated=truncated,
    )


def _step_id(problem_id: UUID, step: str) -> UUID:
    """A step's id, made from its problem's so that planning needs no further chance: UUIDv7 bits of another random tail."""
    tail = chance_of(f"{problem_id}{step}").getrandbits(62)
    return UUID(int=(problem_id.int >> 64 << 64) | (0b10 << 62) | tail)
