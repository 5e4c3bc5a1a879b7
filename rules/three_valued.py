"""What follows from facts when some of them are not known yet?

Conditions of law are written as small expressions over named facts (`and`, `or`, `not`, comparisons) and evaluated in Kleene's three-valued
logic: a result is known only when no answer still missing could change it. The same tree tells which facts decided a result and which
missing ones are still worth asking. What the facts mean, and which clause they serve, is the caller's data.
"""

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

import msgspec

from rules.terms import Answer

FactValue = Answer | Decimal
Facts = Mapping[str, FactValue]

_COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_COMPARISON_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class ExpressionError(ValueError):
    """An expression is outside the small language: names, `and`, `or`, `not`, comparisons of number facts, parentheses."""


def answer_of(value: bool | None) -> Answer:
    """A truth value as an answer; `None` is unknown."""
    if value is None:
        return Answer.UNKNOWN
    return Answer.YES if value else Answer.NO


class Holds(msgspec.Struct, frozen=True):
    """The yes/no fact `fact` is answered yes."""

    fact: str

    def value(self, facts: Facts) -> bool | None:
        """True, False, or None while unknown."""
        answer = facts.get(self.fact)
        if answer is Answer.YES:
            return True
        return False if answer is Answer.NO else None

    def names(self) -> Iterator[str]:
        """The facts mentioned, in reading order."""
        yield self.fact

    def deciding(self, facts: Facts) -> Iterator[str]:
        """The facts that decided a known value."""
        yield self.fact

    def missing(self, facts: Facts) -> Iterator[str]:
        """The unknown facts that can still change an unknown value."""
        if self.value(facts) is None:
            yield self.fact


class Compares(msgspec.Struct, frozen=True):
    """The number fact `left` stands in relation `sign` to `right`: a number, or the name of another number fact."""

    left: str
    sign: str
    right: Decimal | str

    def value(self, facts: Facts) -> bool | None:
        """True, False, or None while a side is unknown."""
        left = facts.get(self.left)
        right = facts.get(self.right) if isinstance(self.right, str) else self.right
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return _COMPARISONS[self.sign](left, right)
        return None

    def names(self) -> Iterator[str]:
        """The facts mentioned, in reading order."""
        yield self.left
        if isinstance(self.right, str):
            yield self.right

    def deciding(self, facts: Facts) -> Iterator[str]:
        """The facts that decided a known value."""
        yield from self.names()

    def missing(self, facts: Facts) -> Iterator[str]:
        """The unknown facts that can still change an unknown value."""
        for name in self.names():
            if not isinstance(facts.get(name), Decimal):
                yield name


class Not(msgspec.Struct, frozen=True):
    """The contrary of `part`."""

    part: "Condition"

    def value(self, facts: Facts) -> bool | None:
        """True, False, or None while unknown."""
        value = self.part.value(facts)
        return None if value is None else not value

    def names(self) -> Iterator[str]:
        """The facts mentioned, in reading order."""
        yield from self.part.names()

    def deciding(self, facts: Facts) -> Iterator[str]:
        """The facts that decided a known value."""
        yield from self.part.deciding(facts)

    def missing(self, facts: Facts) -> Iterator[str]:
        """The unknown facts that can still change an unknown value."""
        yield from self.part.missing(facts)


class Joined(msgspec.Struct, frozen=True):
    """Several `parts`, joined by *and* or by *or*: one part of value `settled_by` settles the whole (False for *and*, True for *or*)."""

    parts: tuple["Condition", ...]
    settled_by: bool

    def value(self, facts: Facts) -> bool | None:
        """True, False, or None while a missing part could still settle it."""
        is_open = False
        for part in self.parts:
            value = part.value(facts)
            if value is self.settled_by:
                return value
            is_open = is_open or value is None
        return None if is_open else not self.settled_by

    def names(self) -> Iterator[str]:
        """The facts mentioned, in reading order."""
        for part in self.parts:
            yield from part.names()

    def deciding(self, facts: Facts) -> Iterator[str]:
        """The facts that decided a known value: those of the settling parts, or of all parts when none settles."""
        value = self.value(facts)
        for part in self.parts:
            if value is not self.settled_by or part.value(facts) is value:
                yield from part.deciding(facts)

    def missing(self, facts: Facts) -> Iterator[str]:
        """The unknown facts that can still change an unknown value."""
        if self.value(facts) is not None:
            return
        for part in self.parts:
            if part.value(facts) is None:
                yield from part.missing(facts)


Condition = Holds | Compares | Not | Joined


def all_of(*parts: Condition) -> Joined:
    """Every part must hold."""
    return Joined(parts, settled_by=False)


def any_of(*parts: Condition) -> Joined:
    """One part suffices."""
    return Joined(parts, settled_by=True)


def parse_condition(text: str) -> Condition:
    """Read an expression. Raises `ExpressionError` for anything outside the language, and when a yes/no fact stands twice.

    With every yes/no fact standing once, an unknown result means that some completion of the missing answers makes it true and another
    makes it false: no question is asked in vain. Write `a and (b or c)` where `a and b or a and c` is meant.
    """
    line = " ".join(text.split())
    try:
        body = ast.parse(line, mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise ExpressionError(f"cannot be read as an expression: {error}") from error
    condition = _condition(body, line)
    seen: set[str] = set()
    for name in yes_no_facts(condition):
        if name in seen:
            raise ExpressionError(f"fact {name!r} stands twice; write the expression so that each yes/no fact stands once")
        seen.add(name)
    return condition


def yes_no_facts(condition: Condition) -> Iterator[str]:
    """The facts the condition reads as yes or no, as often as they stand."""
    match condition:
        case Holds(fact):
            yield fact
        case Not(part):
            yield from yes_no_facts(part)
        case Joined(parts, _):
            for part in parts:
                yield from yes_no_facts(part)


def number_facts(condition: Condition) -> Iterator[str]:
    """The facts the condition reads as numbers, as often as they stand."""
    match condition:
        case Compares():
            yield from condition.names()
        case Not(part):
            yield from number_facts(part)
        case Joined(parts, _):
            for part in parts:
                yield from number_facts(part)


def replace_facts(condition: Condition, replacements: Mapping[str, Condition]) -> Condition:
    """The condition with each named yes/no fact replaced by another condition."""
    match condition:
        case Holds(fact):
            return replacements.get(fact, condition)
        case Not(part):
            return Not(replace_facts(part, replacements))
        case Joined(parts, settled_by):
            return Joined(tuple(replace_facts(part, replacements) for part in parts), settled_by)
        case _:
            return condition


def _condition(node: ast.expr, text: str) -> Condition:
    match node:
        case ast.Name(id=name):
            return Holds(name)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Not(_condition(operand, text))
        case ast.BoolOp(op=joint, values=values):
            return Joined(tuple(_condition(value, text) for value in values), settled_by=isinstance(joint, ast.Or))
        case ast.Compare(left=ast.Name(id=left), ops=[sign], comparators=[right]) if type(sign) in _COMPARISON_SIGNS:
            return Compares(left, _COMPARISON_SIGNS[type(sign)], _right_side(right, text))
        case _:
            raise ExpressionError(f"{ast.get_source_segment(text, node)!r} is not allowed here")


def _right_side(node: ast.expr, text: str) -> Decimal | str:
    """A number exactly as written (never through a binary float), or the name of another number fact."""
    if isinstance(node, ast.Name):
        return node.id
    written = ast.get_source_segment(text, node) or ""
    if not _NUMBER.fullmatch(written):
        raise ExpressionError(f"a number fact is compared with a number or another number fact, not with {written!r}")
    return Decimal(written)
