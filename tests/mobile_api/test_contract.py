"""Does the description of the phones' door say what the door does: every call, every field of the structs, every refusal?"""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from litestar.testing import TestClient

from mobile_api import schemas as wire
from mobile_api.contract import CALLS, ROOT
from server.inspections import schemas as documents
from tests.cast import World
from tests.doors import running
from tests.mobile_api.filings import failed
from tests.test_walkthrough import README

STRUCTS = [documents.InspectionDocument, documents.ReinspectionDocument, documents.Receipt, wire.PhotoReceipt, wire.Bundle, wire.Changes]


@pytest.fixture
def described(sqlite_world: World) -> Iterator[dict[str, Any]]:
    """The description, as it is served."""
    with running(sqlite_world) as app:
        yield TestClient(app).get(f"{ROOT}/schema/openapi.json").json()


def validator(described: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A validator of one part of the description."""
    return jsonschema_rs.validator_for({**schema, "components": described["components"]})


def body_of(described: dict[str, Any], path: str, media_type: str = "application/json") -> dict[str, Any]:
    """What a call takes."""
    content: dict[str, Any] = described["paths"][ROOT + path]["put"]["requestBody"]["content"]
    schema: dict[str, Any] = content[media_type]["schema"]
    return schema


def structs_within(kind: Any) -> Iterator[type[msgspec.Struct]]:
    """A struct and every struct its fields hold."""
    yield from _structs(msgspec.inspect.type_info(kind))


def _structs(info: Any) -> Iterator[type[msgspec.Struct]]:
    if isinstance(info, msgspec.inspect.StructType):
        yield info.cls
        for field in info.fields:
            yield from _structs(field.type)
    for inner in (getattr(info, "item_type", None), getattr(info, "value_type", None), *getattr(info, "types", ())):
        if inner is not None:
            yield from _structs(inner)


def test_every_call_of_the_door_is_described_and_nothing_else(described: dict[str, Any], sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        routes = {
            (method.lower(), route.path_format.removeprefix(ROOT))
            for route in app.routes
            for method in getattr(route, "methods", ())
            if route.path.startswith(f"{ROOT}/") and method != "OPTIONS" and "/schema" not in route.path
        }
    assert routes == set(CALLS)
    said = {(method, path.removeprefix(ROOT)) for path, calls in described["paths"].items() for method in calls}
    assert said == routes


@pytest.mark.parametrize("kind", STRUCTS, ids=lambda kind: kind.__name__)
def test_every_field_of_the_structs_is_described(described: dict[str, Any], kind: type[msgspec.Struct]) -> None:
    found = set(structs_within(kind))
    for one in found:
        schema = described["components"]["schemas"][one.__name__]
        fields = msgspec.structs.fields(one)
        assert list(schema["properties"]) == [field.encode_name for field in fields], one
        assert set(schema.get("required", [])) == {field.encode_name for field in fields if field.required}, one
        assert schema["description"], one
    assert kind in found


def test_the_documents_of_the_walkthrough_are_what_is_described(described: dict[str, Any]) -> None:
    words = README.read_text(encoding="utf-8")
    for name, path in (("inspection", "/inspections/{inspection_id}"), ("reinspection", "/re-inspections/{re_inspection_id}")):
        written = re.findall(rf"^cat > {name}\.json <<JSON\n(.*?)^JSON$", words, re.MULTILINE | re.DOTALL)
        assert len(written) == 1
        for media_type in ("application/json", "application/msgpack"):
            assert validator(described, body_of(described, path, media_type)).is_valid(json.loads(written[0]))


@pytest.mark.parametrize(
    "wrong",
    [{}, {"note": "没有回答也没有发现"}, {"answers": "全部合格"}, {"answers": [{"item": 4}]}, {"findings": [{"suggested_days": "七天"}]}],
)
def test_what_is_no_check_is_none_by_its_description_either(described: dict[str, Any], wrong: dict[str, Any], sqlite_world: World) -> None:
    check = validator(described, body_of(described, "/inspections/{inspection_id}"))
    assert check.is_valid(failed(sqlite_world))
    assert not check.is_valid(wrong)


def test_every_refusal_has_its_code_and_a_phones_call_says_how_it_is_proved(described: dict[str, Any]) -> None:
    for (method, path), call in CALLS.items():
        operation = described["paths"][ROOT + path][method]
        assert (operation["security"] == []) is call.is_open, path
        assert operation["description"], path
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                schema = answer["content"]["application/problem+json"]["schema"]
                codes = schema["allOf"][1]["properties"]["type"]["enum"]
                assert codes
                assert all(code in answer["description"] for code in codes), (path, status)
    filed = described["paths"][f"{ROOT}/inspections/{{inspection_id}}"]["put"]["responses"]
    assert {"200", "201", "400", "401", "403", "409", "413", "503", "507"} <= set(filed)
