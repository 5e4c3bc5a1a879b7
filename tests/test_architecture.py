"""The layers of the house, kept by looking at every import."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("rules", "server", "mobile_api", "reports")
TOP_LEVEL = {"pyproject.toml", "server", "rules", "mobile_api", "reports", "tests", "scripts", "README.md", "LICENSE", "CHANGELOG.md"}
SUBJECTS = {path.parent.name for path in ROOT.glob("server/*/service.py")}
PURE_LIBRARY = {"msgspec"}
PRINTING_DOORS = ("downloads.py", "map_downloads.py", "plan_downloads.py", "risk_downloads.py", "sending.py")
"""Where papers leave the house."""
CLOCK_CALLS = {"now", "today", "utcnow"}


def _files(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _breaches(paths: list[Path], forbidden: tuple[str, ...]) -> list[str]:
    return [f"{_name(path)} imports {name}" for path in paths for name in _imports(path) if name.startswith(forbidden)]


def test_rules_import_nothing_but_themselves_the_standard_library_and_msgspec() -> None:
    import sys

    allowed = set(sys.stdlib_module_names) | PURE_LIBRARY | {"rules"}
    strangers = [
        f"{_name(path)} imports {name}" for path in _files("rules") for name in _imports(path) if name.split(".")[0] not in allowed
    ]
    assert strangers == []


def test_rules_never_ask_for_the_time() -> None:
    askers = []
    for path in _files("rules"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK_CALLS:
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id in {"date", "datetime", "time"}:
                    askers.append(f"{_name(path)}:{node.lineno}")
    assert askers == []


def test_nobody_imports_the_application() -> None:
    importers = [one for one in _breaches(_files(*PACKAGES), ("server.app",)) if not one.startswith("server.commands ")]
    assert importers == []


def test_services_know_no_door() -> None:
    below_doors = [
        path for path in _files("server") if "pages" not in path.parts and path.name not in {"app.py", "commands.py", "problems.py"}
    ]
    assert _breaches(below_doors, ("mobile_api", "reports", "server.pages", "server.app")) == []


def test_models_know_no_subject() -> None:
    subjects = tuple(f"server.{subject}" for subject in SUBJECTS)
    assert _breaches(_files("server/models"), (*subjects, "server.pages", "mobile_api", "reports")) == []


def test_subjects_meet_through_services_access_and_schemas_only() -> None:
    open_rooms = {"service", "access", "schemas", "queues", "marks", "opening", "imaging", "secrets", "chain", "documents"}
    breaches = []
    for subject in SUBJECTS:
        for path in _files(f"server/{subject}"):
            for name in _imports(path):
                parts = name.split(".")
                if parts[0] == "server" and len(parts) > 2 and parts[1] in SUBJECTS - {subject} and parts[2] not in open_rooms:
                    breaches.append(f"{_name(path)} imports {name}")
    assert breaches == []


def test_the_phone_door_and_the_reports_know_no_page() -> None:
    assert _breaches(_files("mobile_api"), ("server.pages", "server.app", "reports")) == []
    assert _breaches(_files("reports"), ("server.pages", "server.app", "mobile_api")) == []


def test_reports_call_no_service() -> None:
    called = _breaches(_files("reports"), tuple(f"server.{subject}.service" for subject in SUBJECTS))
    doors = tuple(f"reports.{name.removesuffix('.py')} " for name in PRINTING_DOORS)
    assert [one for one in called if not one.startswith(doors)] == []


def test_figures_and_papers_know_no_sql() -> None:
    with_sql = {"queries.py", "measures.py", "issued.py", *PRINTING_DOORS}
    drawing = [path for path in _files("reports") if path.name not in with_sql]
    assert _breaches(drawing, ("sqlalchemy", "server.models", "server.db", "litestar")) == []


def test_no_postponed_annotations_where_annotations_are_read_at_run_time() -> None:
    postponed = [_name(path) for path in _files(*PACKAGES) if "from __future__ import annotations" in path.read_text(encoding="utf-8")]
    assert postponed == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_what_question_it_answers(package: str) -> None:
    silent = [_name(path) for path in _files(package) if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert silent == []


def test_the_top_level_holds_only_the_rooms_of_the_house() -> None:
    import subprocess

    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()
    tops = {line.split("/")[0] for line in listed}
    assert {top for top in tops if not top.startswith(".") and not top.endswith(".lock")} <= TOP_LEVEL
