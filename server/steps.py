"""May this person take this step of a hazard's or an order's life now, with the evidence at hand?

The answer comes from the tables of `rules.workflow`; this module turns a *no* into the refusal a door answers with. No service tests
states or roles by itself.
"""

from collections.abc import Collection
from typing import Protocol

from rules.terms import HazardAction, HazardLevel, HazardState, OrderAction, OrderState, Role
from rules.workflow import RefusalCode, Subject, Transition, find_transition, missing_evidence, why_refused
from server.errors import ChangedMeanwhile, EvidenceMissing, NotAllowed, StateConflict, StepNotYours
from server.identity import Actor


class Versioned(Protocol):
    """A row that counts its changes."""

    version: int


def demand_role(actor: Actor, roles: Collection[Role], what: str) -> None:
    """Raises `NotAllowed` unless the actor has one of the roles."""
    if actor.role not in roles:
        raise NotAllowed(what, "、".join(role.label for role in Role if role in roles))


def demand_version(row: Versioned, seen: int | None, what: str) -> None:
    """Raises `ChangedMeanwhile` when the form was filled in on another version of the row. None asks for no check."""
    if seen is not None and row.version != seen:
        raise ChangedMeanwhile(what)


def hazard_step(
    state: HazardState | None, action: HazardAction, role: Role, level: HazardLevel | None, given: Collection[str]
) -> Transition:
    """The permitted step of a hazard. Raises `StateConflict`, `StepNotYours` or `EvidenceMissing`."""
    return _step(Subject.HAZARD, state, action, role, level, given)


def order_step(state: OrderState | None, action: OrderAction, role: Role, level: HazardLevel | None, given: Collection[str]) -> Transition:
    """The permitted step of an order. Raises `StateConflict`, `StepNotYours` or `EvidenceMissing`."""
    return _step(Subject.ORDER, state, action, role, level, given)


def _step(
    subject: Subject,
    state: HazardState | OrderState | None,
    action: HazardAction | OrderAction,
    role: Role,
    level: HazardLevel | None,
    given: Collection[str],
) -> Transition:
    transition = find_transition(subject, state, action, role, level)
    if transition is None:
        refusal = why_refused(subject, state, action, role, level)
        if refusal.code is RefusalCode.ROLE:
            raise StepNotYours(refusal.detail)
        raise StateConflict(refusal.detail, reason=refusal.code.value, state=state.value if state else "")
    missing = missing_evidence(transition, given)
    if missing:
        raise EvidenceMissing([one.label for one in missing])
    return transition
