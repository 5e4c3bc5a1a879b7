"""One stylesheet dresses every page: a class named twice would dress pages their author never opened."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import server

SHEET = (Path(server.__file__).parent / "static" / "parksafe.css").read_text(encoding="utf-8")
RULE = re.compile(r"(?P<selectors>[^{}]+)\{(?P<body>[^{}]*)\}")


def _laid_out(sheet: str) -> Counter[str]:
    """How many rules outside `@media` say how a bare class is laid out."""
    everywhere = re.sub(r"@[^{]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|/\*.*?\*/", "", sheet, flags=re.DOTALL)
    return Counter(
        selector.strip()
        for rule in RULE.finditer(everywhere)
        if re.search(r"(^|[;\s])display:", rule["body"])
        for selector in rule["selectors"].split(",")
        if re.fullmatch(r"\.[a-z0-9-]+", selector.strip())
    )


def test_no_class_is_laid_out_by_two_rules() -> None:
    found = _laid_out(SHEET)

    assert found[".steps"] == found[".stages"] == 1
    assert {name for name, times in found.items() if times > 1} == set()
