"""What do inspectors of the fictional park find?

Written by hand from the checklists' items, industry by industry, in `findings/*.toml`: what is wrong and where, what is asked for, what the
enterprise then does, and how it looks. Nothing here is a record of a real enterprise.
"""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

_CERAMICS = ("307", "3834", "2643")
FOLDER = Path(__file__).parent / "findings"


class Finding(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that can be wrong. `text` may hold `{n}`, a number within `count`; its first sentence becomes the hazard's title.

    `ceramic_places` are where only ware is fired or glazed. `spot` says how it is put right before the inspectors leave, and is empty
    where that cannot be done; `again` is what a failed re-inspection finds; `facts` are what the inspector could already answer; `major`
    names the criterion the facts meet.
    """

    item: str
    scene: str
    places: tuple[str, ...]
    ceramic_places: tuple[str, ...] = ()
    text: str
    require: str
    measure: str = ""
    count: tuple[int, int] = (1, 1)
    funds: tuple[int, int] = (0, 500)
    spot: str = ""
    again: str = ""
    industries: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    facts: dict[str, str] = {}
    major: str = ""

    @property
    def template(self) -> str:
        """The checklist the item belongs to."""
        return self.item.rpartition("-")[0]

    def places_at(self, industry_code: str) -> tuple[str, ...]:
        """Where it may be at an enterprise of that industry."""
        return self.places + self.ceramic_places if industry_code.startswith(_CERAMICS) else self.places

    def fits(self, industry_code: str, kind: str, templates: Iterable[str]) -> bool:
        """Whether this can be found at a target of that kind and industry, checked with those checklists."""
        if self.template not in templates or (self.kinds and kind not in self.kinds):
            return False
        return not self.industries or industry_code.startswith(self.industries)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    finding: tuple[Finding, ...]


@cache
def load_findings() -> tuple[Finding, ...]:
    """Every finding, in the order written. Raises `msgspec.ValidationError` naming the key."""
    found: list[Finding] = []
    for path in sorted(FOLDER.glob("*.toml")):
        found.extend(msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).finding)
    return tuple(found)
