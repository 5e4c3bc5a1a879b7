"""How is a scheme chosen and answered in a form: one question a factor, in the scheme's own words?

Shared by the page that grades one hazard source and the one that enters many. What is chosen travels as `method:scheme:variant`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from rules.rulebook import Rulebook
from server.errors import FieldError
from server.grading.schemas import AssessmentForm, SchemeChoice
from server.grading.service import offered_schemes
from server.pages.view import form_text
from server.unit_of_work import Work

CHOSEN = "chosen-"


def scheme_key(one: SchemeChoice) -> str:
    """How a form names a scheme."""
    return ":".join((one.method, one.scheme, one.variant))


def pick_scheme(schemes: Sequence[SchemeChoice], key: str) -> SchemeChoice:
    """The scheme a form names; the first, a method's default, when it names none that is offered."""
    return next((one for one in schemes if scheme_key(one) == key), schemes[0])


def scheme_options(schemes: Sequence[SchemeChoice]) -> list[tuple[str, str]]:
    """Every scheme to choose from, with its method."""
    return [(scheme_key(one), f"{one.method_title}：{one.title}{'' if one.verified else '（条文待核）'}") for one in schemes]


def schemes_of(work: Work, rulebook: Rulebook) -> tuple[SchemeChoice, ...]:
    """Every scheme in force today."""
    return offered_schemes(rulebook, work.today)


def read_chosen(form: Any, prefix: str = CHOSEN) -> dict[str, str]:
    """The scores a form chose, by factor."""
    return {name.removeprefix(prefix): text for name in form if name.startswith(prefix) and (text := form_text(form, name))}


def assessment_of(scheme: SchemeChoice, chosen: Mapping[str, str], **more: Any) -> AssessmentForm:
    """The assessment a form asks for; what other schemes ask is left out."""
    wanted = {factor.factor: chosen[factor.factor] for factor in scheme.factors if factor.factor in chosen}
    return AssessmentForm(method=scheme.method, scheme=scheme.scheme, variant=scheme.variant, chosen=wanted, **more)


def missing_answers(scheme: SchemeChoice, chosen: Mapping[str, str], prefix: str = CHOSEN) -> list[FieldError]:
    """The questions left open, by field."""
    return [FieldError(f"{prefix}{factor.factor}", f"请选择“{factor.name}”") for factor in scheme.factors if not chosen.get(factor.factor)]
