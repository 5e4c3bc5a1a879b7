"""How is the plan said and linked on pages? Shared by the pages that show it."""

from typing import Any
from urllib.parse import urlencode

from server.planning.policies import words_of
from server.planning.schemas import CoverageRow


def month_address(year: int, **filters: Any) -> str:
    """The address of the list of visits with these filters."""
    return "/plan/visits?" + urlencode({"year": year} | {name: str(value) for name, value in filters.items() if value not in (None, "")})


def words_of_coverage(row: CoverageRow) -> str:
    """An enterprise's year in one line: 每年至少 4 次、每年至多 6 次；已查 1 次，待查 2 次，还差 1 次."""
    said = [words_of(row.bounds), f"已查 {row.counted} 次，待查 {row.open_visits} 次"]
    if row.triggered:
        said.append(f"另有触发式检查 {row.triggered} 次不占上限")
    if row.waived:
        said.append(f"人工取消 {row.waived} 次")
    if row.missing:
        said.append(f"还差 {row.missing} 次")
    if row.over:
        said.append(f"超出上限 {row.over} 次")
    return "；".join(said)
