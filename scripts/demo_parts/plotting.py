"""Who is visited when, what is found there, and how far has it come?

The last weeks are written by hand as a list of scripts, so that on the story's last day every state occurs and every page has something to
show; before that, things took their natural course. Deterministic: the same seed and day give the same plot.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from rules.rulebook import Rulebook
from rules.terms import TargetKind
from scripts.demo_parts.catalogue import Finding, load_findings
from scripts.demo_parts.courses import Aim, Director, Script, Times, picture_of
from scripts.demo_parts.founding import Ground, Target
from scripts.demo_parts.story import Plot, Problem, Quirk, SelfCheck, TaskAhead, Visit
from server.clock import CHINA

MONTHS_OF_LIFE = timedelta(days=182)
_GENERAL = ("GEN", "FIRE", "ELEC", "SPEQ", "GAS", "HOTW", "CONF", "CHEM")
_SPECIAL = ("CERA", "GLAS", "ELBT", "DUST", "MACH", "WARE")
_REPEAT_AFTER, _REPEAT_BEFORE = timedelta(days=14), timedelta(days=170)
_LATEST: tuple[Script, ...] = (
    Script(Aim.FOUND),
    Script(Aim.FOUND),
    Script(Aim.FOUND),
    Script(Aim.CONFIRMED),
    Script(Aim.DRAFTED),
    Script(Aim.REVIEWED),
    Script(Aim.CONFIRMED),
    Script(Aim.ISSUED),
    Script(Aim.FOUND),
    Script(Aim.ISSUED),
    Script(Aim.VOIDED),
    Script(Aim.OPEN, 6),
    Script(Aim.OPEN, 0),
    Script(Aim.OPEN, 2),
    Script(Aim.SUBMITTED, 4),
    Script(Aim.OPEN, -1),
    Script(Aim.OPEN, 1),
    Script(Aim.SUBMITTED, 6),
    Script(Aim.VERIFIED),
    Script(Aim.OPEN, 11),
    Script(Aim.OPEN, -4),
    Script(Aim.FAILED, 5),
    Script(Aim.SUBMITTED, -1),
    Script(Aim.OPEN, 0),
    Script(Aim.VERIFIED),
    Script(Aim.OPEN, 4),
    Script(Aim.OPEN, 3),
    Script(Aim.SUBMITTED, 5),
    Script(Aim.FAILED, -3),
    Script(Aim.WITHDRAWN),
    Script(Aim.OPEN, -9),
    Script(Aim.VERIFIED),
    Script(Aim.SUBMITTED, 2),
    Script(Aim.OPEN, 8),
    Script(Aim.OPEN, 5),
    Script(Aim.SETTLED),
    Script(Aim.REOPENED),
    Script(Aim.OPEN, -18),
    Script(Aim.SETTLED),
    Script(Aim.FAILED, 2),
    Script(Aim.SETTLED),
    Script(Aim.WITHDRAWN),
)
"""How far the latest visits have come, the newest first. Older ones are settled, apart from what was late or failed by itself."""
_LATEST_QUIRKS: tuple[Quirk, ...] = (
    Quirk.NONE,
    Quirk.WILD_CLOCK,
    Quirk.UNREADABLE_PHOTO,
    Quirk.GALLERY_PHOTO,
    Quirk.CONFLICT,
    Quirk.MISSING_PHOTOS,
    Quirk.NO_POSITION,
    Quirk.NONE,
    Quirk.UNKNOWN_TARGET,
    Quirk.SIGNATURE_REFUSED,
    Quirk.ONE_INSPECTOR,
    Quirk.NONE,
    Quirk.OLD_EDITION,
    Quirk.LATE,
    Quirk.UNREADABLE_RESEND,
)
_MAJOR: tuple[tuple[str, int, int, Script], ...] = (
    ("ELBT-016", 4, 5, Script(Aim.REVIEWED, 10)),
    ("CERA-002", 0, 17, Script(Aim.OPEN, -3)),
    ("GLAS-002", 2, 33, Script(Aim.SUBMITTED, 3)),
    ("CERA-001", 5, 95, Script(Aim.SETTLED, fails_once=True)),
    ("MACH-012", 3, 120, Script(Aim.SETTLED)),
)
"""Major hazards: item, place of the enterprise in the list, days ago, script. The first three are open at the end."""
_SUSPECTED = ("CERA-002", 1, 2)
"""A finding whose answers meet a criterion and that nobody has graded yet: item, enterprise, days ago."""


class Plotter:
    """Plans everything that happens in one park."""

    def __init__(self, ground: Ground, rulebook: Rulebook, random: Random, ends_on: date, make_id: Callable[[datetime], UUID]) -> None:
        self._ground = ground
        self._rulebook = rulebook
        self._random = random
        self._ends_on = ends_on
        self._make_id = make_id
        self._times = Times(rulebook.calendar, random)
        self._director = Director(self._times, ends_on, ground.inspectors, ground.names, ground.office)
        self._told: Counter[str] = Counter()
        self._days = {item.code: item.suggested_deadline_days for one in rulebook.checklists.templates for item in one.items}
        self._asks_major = {item.code for one in rulebook.checklists.templates for item in one.items if item.major_ids}
        self._wants_photo = {item.code for one in rulebook.checklists.templates for item in one.items if item.photo_required}

    def plot(self, visit_count: int, *, self_check_count: int, task_count: int, with_majors: bool) -> Plot:
        """The plot of a park."""
        visits = self._ordinary_visits(visit_count, with_quirks=with_majors)
        if with_majors:
            visits += [self._major_visit(*one) for one in _MAJOR] + [self._major_visit(*_SUSPECTED, Script(Aim.FOUND))]
        visits.sort(key=lambda one: one.sent_at)
        return Plot(
            ends_at=datetime.combine(self._ends_on, time(0, 0), CHINA),
            visits=tuple(visits),
            self_checks=tuple(self._self_check(place) for place in range(self_check_count)),
            tasks=tuple(self._task_ahead(place) for place in range(task_count)),
        )

    def _ordinary_visits(self, count: int, *, with_quirks: bool) -> list[Visit]:
        first = self._ends_on - MONTHS_OF_LIFE
        days = [first + timedelta(days=one) for one in range(MONTHS_OF_LIFE.days)]
        days = [one for one in days if self._times.calendar.is_workday(one)]
        visits: list[Visit] = []
        for place, target in enumerate(self._round_trip(count)):
            day = days[(place * len(days)) // count]
            latest = count - 1 - place
            script = _LATEST[latest] if latest < len(_LATEST) else Script(Aim.SETTLED)
            quirk = _LATEST_QUIRKS[latest] if with_quirks and latest < len(_LATEST_QUIRKS) else Quirk.NONE
            if quirk is Quirk.UNKNOWN_TARGET:
                script = Script(Aim.FOUND)
            visit = self._visit(target, day, script, quirk)
            repeated = self._repeat(visit, visits)
            if repeated is not None:
                visit.problems = (*visit.problems, repeated)
            self._director.set_course(visit, script, self._days)
            visits.append(visit)
        return visits

    def _round_trip(self, count: int) -> list[Target]:
        """Whom to visit: every enterprise in turn but two, with the other kinds of target in between."""
        random, targets = self._random, self._ground.targets
        enterprises = [one for one in targets if one.kind is TargetKind.ENTERPRISE]
        others = [one for one in targets if one.kind is not TargetKind.ENTERPRISE]
        visited = enterprises[:-2] if len(enterprises) > 10 else enterprises
        trip: list[Target] = []
        turn: list[Target] = []
        while len(trip) < count:
            if others and len(trip) % 9 == 4 and count - len(trip) > len(_LATEST_QUIRKS):
                trip.append(others[(len(trip) // 9) % len(others)])
                continue
            if not turn:
                turn = random.sample(visited, len(visited))
            trip.append(turn.pop())
        return trip

    def _visit(self, target: Target, day: date, script: Script, quirk: Quirk, must: Finding | None = None) -> Visit:
        random = self._random
        started_at = self._times.at(day, 9, 15)
        finished_at = started_at + timedelta(minutes=random.randrange(50, 140))
        sent_at = finished_at + timedelta(minutes=random.randrange(2, 150))
        if quirk is Quirk.LATE:
            finished_at -= timedelta(days=3)
            started_at -= timedelta(days=3)
        templates = self._templates(target, must)
        inspectors = tuple(random.sample(self._ground.inspectors, min(2, len(self._ground.inspectors))))
        visit = Visit(
            id=self._make_id(started_at),
            target=target,
            started_at=started_at,
            finished_at=finished_at,
            sent_at=sent_at,
            inspectors=inspectors,
            names=tuple(self._ground.names[one] for one in inspectors),
            templates=templates,
            problems=(),
            seed=random.getrandbits(32),
            quirk=quirk,
        )
        if quirk is Quirk.NONE and must is None and random.random() < 0.4:
            visit.planned_at = self._times.at(self._times.workday_before(day, random.randrange(3, 8)), 9, 17)
        needs_one = script.aim is not Aim.SETTLED or quirk is not Quirk.NONE
        wanted = random.choices((0, 1, 2, 3, 4), (20, 30, 28, 15, 7))[0]
        chosen = [] if must is None else [must]
        chosen += self._findings(target, templates, max(wanted, 2 if needs_one else 0) - len(chosen), chosen)
        if script.aim is Aim.FOUND and must is None:
            # What waits for grading shows the questions that are still open, where the checklists have any.
            asking = [one for one in self._possible(target, templates) if one.item in self._asks_major and one not in chosen]
            chosen += asking[:1]
        may_be_spot = script.aim is Aim.SETTLED
        visit.problems = tuple(self._problem(visit, one, place, may_be_spot=may_be_spot) for place, one in enumerate(chosen))
        return visit

    def _templates(self, target: Target, must: Finding | None) -> tuple[str, ...]:
        random = self._random
        if target.kind is TargetKind.PUBLIC_FACILITY:
            return ("PUBF",)
        if target.kind is TargetKind.CONSTRUCTION_SITE:
            return ("CONS",)
        offered = {one.code for one in self._rulebook.at(self._ends_on).checklists.for_target(TargetKind.ENTERPRISE, target.industry_code)}
        special = [one for one in _SPECIAL if one in offered]
        general = random.sample([one for one in _GENERAL if one in offered], random.choice((1, 2, 2)))
        chosen = [must.template] if must is not None else special[:1] if random.random() < 0.8 else special[-1:]
        return tuple(dict.fromkeys([*chosen, *sorted(general)]))

    def _possible(self, target: Target, templates: Sequence[str]) -> list[Finding]:
        kind = TargetKind.ENTERPRISE if target.kind is TargetKind.SITE else target.kind
        fitting = [one for one in load_findings() if not one.major and one.fits(target.industry_code, kind, templates)]
        return sorted(fitting, key=lambda one: (self._told[one.item], self._random.random()))

    def _findings(self, target: Target, templates: Sequence[str], count: int, already: Sequence[Finding]) -> list[Finding]:
        """Findings that fit, those least told so far first."""
        found = [one for one in self._possible(target, templates) if one not in already][: max(0, count)]
        self._told.update(one.item for one in found)
        return found

    def _problem(self, visit: Visit, finding: Finding, place: int, *, may_be_spot: bool) -> Problem:
        random, target = self._random, visit.target
        found_at = visit.started_at + timedelta(minutes=10 + 9 * place)
        problem = Problem(
            id=self._make_id(found_at),
            finding=finding,
            place=random.choice(finding.places_at(target.industry_code)),
            text=finding.text.format(n=random.randint(*finding.count)),
            seed=random.getrandbits(32),
            before=(),
            facts=dict(finding.facts),
            suggested_days=random.choice((5, 7, 10)) if random.random() < 0.1 else None,
            is_major=bool(finding.major),
        )
        is_spot = may_be_spot and bool(finding.spot) and finding.item not in self._asks_major and random.random() < 0.42
        if finding.item in self._wants_photo or is_spot or random.random() < 0.25:
            shots = 2 if random.random() < 0.1 else 1
            problem.before = tuple(
                picture_of(problem, target, f"before{shot}", found_at + timedelta(minutes=shot), after=False, shot=shot, said="整改前")
                for shot in range(shots)
            )
        if is_spot:
            problem.spot = picture_of(problem, target, "spot", found_at + timedelta(minutes=25), after=True, shot=5, said="当场整改后")
        if visit.quirk is Quirk.UNREADABLE_PHOTO and place == 0:
            problem.before = (
                picture_of(problem, target, "before0", found_at, after=False, shot=0, said="整改前"),
                picture_of(problem, target, "before1", found_at, after=False, shot=1, said="整改前", truncated=True),
            )
        if visit.quirk in (Quirk.GALLERY_PHOTO, Quirk.MISSING_PHOTOS) and not problem.before:
            problem.before = (picture_of(problem, target, "before0", found_at, after=False, shot=0, said="整改前"),)
        return problem

    def _repeat(self, visit: Visit, earlier: Sequence[Visit]) -> Problem | None:
        """The same thing at the same place again, where it was closed some time ago; a few times in the whole story."""
        if self._told["repeat"] >= 6:
            return None
        for before in earlier:
            if before.target.id != visit.target.id:
                continue
            for old in before.problems:
                closed_at = old.closed_at
                if closed_at is None or not _REPEAT_AFTER < visit.started_at - closed_at < _REPEAT_BEFORE:
                    continue
                if old.finding.template in visit.templates and old.finding.item not in {one.finding.item for one in visit.problems}:
                    self._told["repeat"] += 1
                    again = self._problem(visit, old.finding, len(visit.problems), may_be_spot=False)
                    again.place = old.place
                    return again
        return None

    def _major_visit(self, item: str, place: int, days_ago: int, script: Script) -> Visit:
        finding = next(one for one in load_findings() if one.item == item)
        target = next(one for at, one in enumerate(self._ground.targets) if at == place)
        visit = self._visit(target, self._times.workday_before(self._ends_on, days_ago), script, Quirk.NONE, finding)
        for problem in visit.problems:
            problem.spot = None
        self._director.set_course(visit, script, {**self._days, item: 20})
        return visit

    def _self_check(self, place: int) -> SelfCheck:
        random = self._random
        owners = [one for one in self._ground.targets if one.kind is TargetKind.ENTERPRISE and one.safety]
        target = owners[place % min(6, len(owners))]
        aim = (Aim.FOUND, Aim.OPEN, Aim.SUBMITTED, Aim.SETTLED, Aim.SETTLED)[place % 5]
        days_ago = {Aim.FOUND: 2, Aim.OPEN: 7, Aim.SUBMITTED: 12, Aim.SETTLED: 30 + 17 * place}[aim]
        day = self._times.workday_before(self._ends_on, days_ago)
        found_at = self._times.at(day, 8, 10)
        finding = random.choice([one for one in self._possible(target, _GENERAL) if one.item not in self._asks_major])
        problem = Problem(
            id=self._make_id(found_at),
            finding=finding,
            place=random.choice(finding.places_at(target.industry_code)),
            text=finding.text.format(n=random.randint(*finding.count)),
            seed=random.getrandbits(32),
            before=(),
            facts={},
        )
        problem.before = (picture_of(problem, target, "before0", found_at, after=False, shot=0, said="企业自查"),)
        confirm_day = self._times.workday(day, 1)
        begun_at = self._times.at(confirm_day, 15, 17)
        if aim is not Aim.FOUND:
            problem.confirmed_at = self._times.at(confirm_day, 9, 12)
            self._director.set_self_check(problem, target, begun_at, aim)
        return SelfCheck(problem=problem, target=target, found_at=found_at, begun_at=begun_at)

    def _task_ahead(self, place: int) -> TaskAhead:
        """Visits still to come; the last few are late or were cancelled."""
        random, times = self._random, self._times
        enterprises = [one for one in self._ground.targets if one.kind is TargetKind.ENTERPRISE]
        target = enterprises[-1 - place] if place < 3 else random.choice(enterprises)
        offset = (-3, -1)[place % 2] if place in (3, 4) else 1 + place
        planned_on = (
            times.workday(self._ends_on + timedelta(days=offset), 0) if offset > 0 else times.workday_before(self._ends_on, 2 - offset)
        )
        planned_at = times.at(times.workday_before(self._ends_on, 9 + place % 4), 9, 17)
        is_cancelled = place in (5, 6)
        return TaskAhead(
            target=target,
            templates=self._templates(target, None),
            inspectors=tuple(random.sample(self._ground.inspectors, min(2, len(self._ground.inspectors)))),
            planned_at=planned_at,
            planned_on=planned_on,
            due_on=max(planned_on, self._ends_on + timedelta(days=offset)),
            note=random.choice(("季度例行检查", "双随机抽查", "冬季防火专项", "燃气窑炉专项", "")),
            cancelled_at=times.at(times.workday_before(self._ends_on, 3), 10, 16) if is_cancelled else None,
            cancel_reason="企业停产检修，改期检查" if is_cancelled else "",
        )
