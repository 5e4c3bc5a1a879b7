"""What may a grading request say?

One struct per method, for `python -m rules schema grade` and for the list of fields a request may have. Numbers are JSON numbers or numeric
strings. How a request is read and answered is `grading_requests.py`'s.
"""

from datetime import date
from typing import Literal

import msgspec

Number = int | float | str


class NamedDirect(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A direct judgement by id or Chinese text. `persons`: how many people are on the spot, for clauses that speak of 10 人以上."""

    id: str | None = None
    text: str | None = None
    persons: Number | None = None


class GradeRequest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, tag_field="method"):
    """What every grading request may say. Without `on` the editions never repealed apply, and the answer says so. `note` is not read."""

    id: str | int | None = None
    on: date | None = None
    note: str | None = None


class ScoredRequest(GradeRequest, forbid_unknown_fields=True, kw_only=True):
    """What every method that multiplies scores may say.

    Without `scheme` the method's default applies. `variant` chooses a table of values. `mode` lenient takes values outside the tables and
    marks them; `strict` false means the same. `direct` names direct judgements.
    """

    scheme: str | None = None
    variant: str | None = None
    mode: Literal["strict", "lenient"] = "strict"
    strict: bool | None = None
    direct: list[str | NamedDirect] | str | None = None


class LecRequest(ScoredRequest, tag="lec", forbid_unknown_fields=True, kw_only=True):
    """LEC: D = L × E × C. A factor may also be given in the table's own words."""

    likelihood: Number
    exposure: Number
    consequence: Number


class LsRequest(ScoredRequest, tag="ls", forbid_unknown_fields=True, kw_only=True):
    """LS: R = L × S. `severity` may be several dimensions, of which the highest counts."""

    likelihood: Number
    severity: Number | list[Number] | dict[str, Number]


class MesRequest(ScoredRequest, tag="mes", forbid_unknown_fields=True, kw_only=True):
    """MES: R = M × E × S. People (`e1_person`, `injury`) and property (`e2_state`, `loss`) may be given apart; the higher counts."""

    measure: Number
    exposure: Number | dict[str, Number]
    consequence: Number | dict[str, Number]


class MatrixRequest(GradeRequest, tag="matrix", forbid_unknown_fields=True, kw_only=True):
    """A matrix read by cell. `likelihood`: a column head, a column's number counted from the rarest, or a yearly frequency below 1."""

    matrix: str
    severity: Number
    likelihood: Number
    direct: list[str | NamedDirect] | str | None = None


class InventoryEntry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A chemical by name, CAS or category symbol; `quantity_t` in tonnes. `concentration` is per cent ("30%", 30), a share (0.3) or
    words.
    """

    name: str | None = None
    cas: str | None = None
    category: str | list[str] | None = None
    quantity_t: Number | None = None
    state: str | None = None
    concentration: Number | None = None
    threshold_t: Number | None = None
    threshold_source: str | None = None
    beta: Number | None = None


class InstallationRequest(GradeRequest, tag="gb18218", forbid_unknown_fields=True, kw_only=True):
    """GB 18218: identification and level. `exposed_persons`: residents within 500 m beyond the boundary; asked for when needed and
    absent.
    """

    items: list[InventoryEntry]
    exposed_persons: Number | None = None


class AccidentRequest(GradeRequest, tag="accident", forbid_unknown_fields=True, kw_only=True):
    """The grade of an accident; `loss_wan` in 万元. At least one of the three."""

    deaths: Number | None = None
    serious_injuries: Number | None = None
    loss_wan: Number | None = None


class NamedAdjustment(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An adjustment by id or Chinese text."""

    id: str | None = None
    text: str | None = None


class ScoreRequest(GradeRequest, tag="score", forbid_unknown_fields=True, kw_only=True):
    """A score sheet. `veto` names vetoes that hold, or is true when it is not said which."""

    scheme: str
    base: Number
    adjustments: list[str | NamedAdjustment] | str | None = None
    veto: bool | str | list[str | NamedDirect] | None = None
    direct: list[str | NamedDirect] | str | None = None


class InheritRequest(GradeRequest, tag="inherit", forbid_unknown_fields=True, kw_only=True):
    """The colour of a whole from the colours of its parts: a list, or parts by name."""

    colours: list[str] | dict[str, str]


AnyGradeRequest = (
    LecRequest | LsRequest | MesRequest | MatrixRequest | InstallationRequest | AccidentRequest | ScoreRequest | InheritRequest
)
