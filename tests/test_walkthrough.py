"""The documented walk through the phones' contract, run as it is written: every `sh` block of the README, in order, in one shell."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
from sqlalchemy import func, select

from server.clock import Clock
from server.models import Document, Photo, SetAsideDocument
from tests import pictures
from tests.cast import PASSWORD, World
from tests.doors import running
from tests.mobile_api.live import serving

README = Path(__file__).parent.parent / "mobile_api" / "README.md"
ANSWERS = {
    "enrolment": "Enrolled",
    "bundle": "Bundle",
    "receipt": "Receipt",
    "photo": "PhotoReceipt",
    "receipts": "ReceiptList",
    "changes": "Changes",
    "conflict": "Problem",
    "reinspection.receipt": "Receipt",
}
"""What the contract's description calls the answer that each command writes down."""


def shell_blocks() -> list[str]:
    """The README's commands."""
    return re.findall(r"^```sh\n(.*?)^```$", README.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the walk-through needs curl")
def test_the_walkthrough_does_what_it_says(world: World, tmp_path: Path) -> None:
    # The commands take the machine's own time, so this world's clock does too.
    world.clock = Clock()  # type: ignore[assignment]
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(pictures.jpeg())
    script = "set -eu\n" + "\n".join(shell_blocks())
    with serving(world) as address:
        described = httpx.get(f"{address}/mobile/v1/schema/openapi.json").json()
        run = subprocess.run(
            ["bash", "-c", script],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin:/usr/local/bin", "LC_ALL": "C.UTF-8", "SERVER": address, "USERNAME": "inspector",
                 "PASSWORD": PASSWORD, "PHOTO": "photo.jpg"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )  # fmt: skip
    assert run.returncode == 0, run.stderr

    def read(name: str) -> Any:
        return json.loads((tmp_path / name).read_text(encoding="utf-8"))

    for name, kind in ANSWERS.items():
        schema = {"$ref": f"#/components/schemas/{kind}", "components": described["components"]}
        jsonschema_rs.validator_for(schema).validate(read(f"{name}.json"))
    assert read("enrolment.json")["name"] == "王检"
    assert (tmp_path / "bundle.again").read_text().strip() == "304"
    receipt = read("receipt.json")
    assert receipt["complete"] is False
    assert [one["state"] for one in receipt["photos"]] == ["missing"]
    assert receipt["hazards"][0]["number"].startswith("YH-")
    assert read("photo.json")["state"] == "stored"
    assert " 200 " in (tmp_path / "photo.headers").read_text().splitlines()[0]
    held = read("receipts.json")
    assert held["receipts"][0]["complete"] is True
    assert [one["readable"] for one in held["receipts"][0]["photos"]] == [True]
    assert held["unknown"] == ["00000000-0000-7000-8000-000000000000"]
    changed = read("changes.json")
    assert ([row["number"] for row in changed["hazards"]], changed["more"]) == ([receipt["hazards"][0]["number"]], False)
    assert (changed["grades"], changed["grades_mark"]) == (None, read("bundle.json")["grades_mark"])
    conflict = read("conflict.json")
    assert (tmp_path / "conflict.status").read_text().strip() == "409"
    assert (conflict["type"], conflict["kept_aside"]) == ("/problems/document-conflict", True)
    assert conflict["receipt"]["document_sha256"] == receipt["document_sha256"]
    second_look = read("reinspection.receipt.json")
    assert second_look["kind"] == "re_inspection"
    assert "state_changed" in {mark["code"] for mark in second_look["marks"]}
    with world.database.read() as connection:
        counts = [connection.scalar(select(func.count()).select_from(model)) for model in (Document, Photo, SetAsideDocument)]
    assert counts == [2, 1, 1]


def test_the_walkthrough_names_every_call_of_the_contract(sqlite_world: World) -> None:
    commands = "\n".join(shell_blocks())
    with running(sqlite_world) as app:
        paths = {route.path.split("/")[3] for route in app.routes if route.path.startswith("/mobile/v1/")} - {"schema"}
    assert {"bundle", "inspections", "photos"} <= paths
    assert [path for path in sorted(paths) if f"/mobile/v1/{path}" not in commands] == []
