"""Use cases of the frequency: adopt one, see which hold and held. None is ever edited; a later one takes its place from its day on."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from uuid import UUID

from rules.requests import RequestError
from server.errors import FieldError, InvalidInput, NotFound
from server.ids import new_id
from server.models.plan import FrequencyPolicy, InspectionPlan
from server.planning.access import demand_reader, demand_writer, readable_policies
from server.planning.frequency import COLOUR_KEYS, MOST_A_YEAR, Bounds, adopted_rules, bounds_of, check_adopted, colour_words
from server.planning.schemas import FrequencyForm, FrequencyRow, FrequencyView
from server.unit_of_work import Work

LONGEST_TEXT = 200
LONGEST_NUMBER = 6


def find_policy(work: Work, on: date) -> FrequencyPolicy | None:
    """The frequency in force on a day: the one that begins last, of two that begin together the one adopted later."""
    query = readable_policies(work.actor).where(FrequencyPolicy.effective_from <= on)
    newest = (FrequencyPolicy.effective_from.desc(), FrequencyPolicy.adopted_at.desc(), FrequencyPolicy.id.desc())
    return work.session.scalar(query.order_by(*newest).limit(1))


def get_policy(work: Work, policy_id: UUID) -> FrequencyPolicy:
    """A frequency of the park. Raises `NotFound`."""
    policy = work.session.scalar(readable_policies(work.actor).where(FrequencyPolicy.id == policy_id))
    if policy is None:
        raise NotFound("这条检查频次")
    return policy


def list_policies(work: Work) -> tuple[FrequencyView, ...]:
    """Every frequency of the park, newest first. Raises `NotAllowed`."""
    demand_reader(work.actor)
    current = find_policy(work, work.today)
    newest = (FrequencyPolicy.effective_from.desc(), FrequencyPolicy.adopted_at.desc(), FrequencyPolicy.id.desc())
    found = work.session.scalars(readable_policies(work.actor).order_by(*newest))
    return tuple(_view(one, work.today, is_current=current is not None and one.id == current.id) for one in found)


def read_frequency(work: Work, plan: InspectionPlan) -> FrequencyView:
    """The frequency a plan is held against: this year's plan against what is in force today, any other against what it was arranged by.

    Raises `NotAllowed`.
    """
    demand_reader(work.actor)
    current = find_policy(work, work.today) if plan.year == work.today.year else None
    return _view(current or get_policy(work, plan.policy_id), work.today, is_current=current is not None)


def _view(policy: FrequencyPolicy, on: date, *, is_current: bool) -> FrequencyView:
    rows = (FrequencyRow(key=key, words=colour_words(key), bounds=bounds) for key, bounds in bounds_by_row(policy, on).items())
    return FrequencyView(policy=policy, rules=adopted_rules(policy.adopted), rows=tuple(rows), is_current=is_current)


def bounds_by_row(policy: FrequencyPolicy, on: date) -> dict[str, Bounds]:
    """What a frequency says of every colour. Published rules are read as on its first day when they ended since."""
    day = max(policy.effective_from, on)
    if check_adopted(policy.adopted, day):
        day = policy.effective_from
    return {key: bounds_of(policy.bounds, policy.adopted, key, day) for key in COLOUR_KEYS}


def adopt_frequency(work: Work, form: FrequencyForm) -> FrequencyPolicy:
    """Adopt a frequency from a day on. Raises `NotAllowed`, `InvalidInput`."""
    demand_writer(work.actor, "采用检查频次")
    own = _checked(work, form)
    policy = FrequencyPolicy(
        id=new_id(),
        park_id=work.park_id,
        effective_from=form.effective_from,
        bounds=own,
        adopted={rule: dict(categories) for rule, categories in form.adopted.items()},
        decided_by=form.decided_by.strip(),
        decision_number=form.decision_number.strip(),
        note=form.note.strip(),
        adopted_at=work.now,
        adopted_by=work.actor.id,
        adopted_by_name=work.actor.name,
    )
    work.session.add(policy)
    work.session.flush()
    said = [f"{row.words} {words_of(row.bounds)}" for row in _rows(policy)]
    work.record(
        "frequency_policy",
        policy.id,
        "frequency_policy:adopted",
        effective_on=policy.effective_from,
        decided_by=policy.decided_by,
        decision_number=policy.decision_number,
        bounds=said,
        note=policy.note,
    )
    return policy


def words_of(bounds: Bounds) -> str:
    """Floor and cap in words: 每年至少 2 次、每年至多 4 次."""
    said = [_times(number, word) for word, number in (("至少", bounds.floor), ("至多", bounds.cap)) if number is not None]
    return "、".join(said) or "不设次数"


def _times(number: Fraction, word: str) -> str:
    return f"每年{word} {number} 次" if number.denominator == 1 else f"每 {number.denominator} 年{word} {number.numerator} 次"


def _rows(policy: FrequencyPolicy) -> list[FrequencyRow]:
    return [
        FrequencyRow(key=key, words=colour_words(key), bounds=bounds)
        for key, bounds in bounds_by_row(policy, policy.effective_from).items()
    ]


def _checked(work: Work, form: FrequencyForm) -> dict[str, dict[str, str]]:
    errors = []
    required = (("decided_by", "由谁决定，例如园区安委会"), ("decision_number", "决定的文号或会议纪要号"))
    errors += [FieldError(field, f"请填写{label}") for field, label in required if not getattr(form, field).strip()]
    errors += [
        FieldError(field, f"不能超过 {LONGEST_TEXT} 个字")
        for field in ("decided_by", "decision_number", "note")
        if len(getattr(form, field)) > LONGEST_TEXT
    ]
    if abs(form.effective_from.year - work.today.year) > 1:
        errors.append(FieldError("effective_from", "起用日期应在去年至明年之间"))
    own = _read_bounds(form.bounds, errors)
    errors += [FieldError("adopted", words) for words in check_adopted(form.adopted, form.effective_from)]
    if not errors:
        errors += _together(own, form)
    if errors:
        raise InvalidInput(errors)
    return own


def _read_bounds(typed: Mapping[str, Mapping[str, str]], errors: list[FieldError]) -> dict[str, dict[str, str]]:
    own: dict[str, dict[str, str]] = {}
    for key in COLOUR_KEYS:
        for name, label in (("floor", "至少"), ("cap", "至多")):
            text = typed.get(key, {}).get(name, "").strip()
            if not text:
                continue
            if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER and int(text) <= MOST_A_YEAR):
                errors.append(FieldError(f"{name}-{key}", f"{colour_words(key)}的“{label}”应是 0 到 {MOST_A_YEAR} 的整数"))
            else:
                own.setdefault(key, {})[name] = str(int(text))
    return own


def _together(own: Mapping[str, Mapping[str, str]], form: FrequencyForm) -> list[FieldError]:
    """Whether own numbers and published rules can be kept together, and whether anything is asked for at all."""
    rows: dict[str, Bounds] = {}
    try:
        rows = {key: bounds_of(own, form.adopted, key, form.effective_from) for key in COLOUR_KEYS}
    except RequestError as error:
        return [FieldError("adopted", error.detail)]
    errors = [
        FieldError(f"floor-{key}", f"{colour_words(key)}：下限每年 {one.floor} 次多于上限每年 {one.cap} 次，哪一个让步须先由安全办决定")
        for key, one in rows.items()
        if one.contradict
    ]
    if not any(one.floor for one in rows.values()):
        errors.append(FieldError("floor-red", "至少给一种等级定下限，否则排不出计划；上限只管最多几次"))
    return errors
