"""Does a paper of a park without entrusted enforcement use words that only an enforcement agency may use?

In permission mode A the office informs and asks; it does not order, decide or punish, and offers no remedies against acts it cannot
take. Which words those are, and where they are harmless, is said once, in `rules.permission`. The office is told which text has which
word, so that it can reword; the drawing refuses as the last guard.
"""

from collections.abc import Iterable

import msgspec

from rules.permission import load_permission
from rules.terms import PermissionMode

ENFORCEMENT_WORDS = tuple(rule.word for rule in load_permission().modes[PermissionMode.NOT_ENTRUSTED].forbidden)


class WordingProblem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`word` stands in the text called `where`."""

    where: str
    word: str


class ForbiddenWordingError(Exception):
    """A mode A paper uses words of enforcement. Carries the `problems`."""

    def __init__(self, problems: tuple[WordingProblem, ...]) -> None:
        super().__init__("；".join(f"{problem.where}含有“{problem.word}”" for problem in problems))
        self.problems = problems


def find_enforcement_words(texts: Iterable[tuple[str, str]]) -> tuple[WordingProblem, ...]:
    """Problems in (where, text) pairs, in their order; each word once per text."""
    permission = load_permission()
    return tuple(
        WordingProblem(where, word)
        for where, text in texts
        for word in dict.fromkeys(hit.word for hit in permission.check_wording(PermissionMode.NOT_ENTRUSTED, text))
    )


def refuse_enforcement_words(texts: Iterable[tuple[str, str]]) -> None:
    """Raise `ForbiddenWordingError` when there is a problem."""
    problems = find_enforcement_words(texts)
    if problems:
        raise ForbiddenWordingError(problems)
