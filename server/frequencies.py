"""How often did the park decide to inspect, as its grading report says it?

Planning owns the decision, grading the report; this stands between them, so that neither has to know the other for it.
"""

from rules.bands import Colour
from server.grading.park_schemas import Frequencies, FrequencyLine
from server.planning.service import bounds_by_row, find_policy, words_of
from server.unit_of_work import Work


def adopted_frequencies(work: Work) -> Frequencies | None:
    """The frequency in force today, with the texts of the published rules it rests on; None while the park adopted none."""
    policy = find_policy(work, work.today)
    if policy is None:
        return None
    rows = bounds_by_row(policy, work.today)
    known = {colour.value for colour in Colour}
    basis = dict.fromkeys(
        one.citation if one.verified else f"{one.citation}（条文待核）" for bounds in rows.values() for one in bounds.basis
    )
    return Frequencies(
        decided_by=policy.decided_by,
        decision_number=policy.decision_number,
        effective_from=policy.effective_from,
        lines=tuple(FrequencyLine(colour=key if key in known else "", words=words_of(bounds)) for key, bounds in rows.items()),
        basis=tuple(basis),
    )
