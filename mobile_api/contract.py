"""What does `/mobile/v1/schema/openapi.json` say of a call: the fields of what a phone sends and of every answer, every refusal by code?

Documents and photos are taken as raw bytes, so their kept copy is what was sent; the framework therefore cannot see what they hold. The
fields are described here from the same structs that read and write them, and the refusals from the one catalogue. Only the phones' door
is described: pages are for browsers.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

from mobile_api.inspections import INSPECTION
from mobile_api.reinspections import RE_INSPECTION
from mobile_api.schemas import Bundle, Changes, EnrolmentRequest, Law, PhotoReceipt, ReceiptList
from server.accounts.schemas import Enrolled
from server.errors import (
    DatabaseUnavailable,
    DigestMismatch,
    DocumentConflict,
    IdMismatch,
    InternalError,
    InvalidInput,
    MalformedRequest,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refusal,
    StorageFull,
    TooLarge,
    TooManyAttempts,
    UnreadableDocument,
    WrongCredentials,
)
from server.inspections.schemas import InspectionDocument, Receipt, ReinspectionDocument

ROOT = "/mobile/v1"
PROBLEM = "Problem"
_SCHEMAS = "#/components/schemas/"
_SENT_IN = ("application/json", "application/msgpack")
_ANSWERED_IN = ("application/json", "application/x-msgpack")
Schema = dict[str, Any]


class FileSent(msgspec.Struct, frozen=True):
    """Bytes of a file, of any of these media types."""

    media_types: tuple[str, ...]


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call: what is sent, of which fields one each is `needed`, what each 2xx or 304 carries, and what may be refused."""

    summary: str
    sends: type[msgspec.Struct] | FileSent | None = None
    sent_in: tuple[str, ...] = _SENT_IN
    needed: tuple[tuple[str, ...], ...] = ()
    answers: dict[int, type[msgspec.Struct] | FileSent | None]
    answered_in: tuple[str, ...] = _ANSWERED_IN
    refuses: tuple[type[Refusal], ...] = ()
    is_open: bool = False
    parameters: tuple[Schema, ...] = ()


def _parameter(name: str, where: str, description: str, schema: Schema, **more: Any) -> Schema:
    return {"name": name, "in": where, "description": description, "required": False, "schema": schema, **more}


_DEVICE_TIME = _parameter("X-Device-Time", "header", "手机此刻的时间（RFC 3339），用来判断记录里的时刻准不准", {"type": "string"})
_HAS_IT = _parameter("If-None-Match", "header", "上次的 ETag；没有变化就回 304", {"type": "string"})
_IDS = _parameter(
    "id", "query", "要查的记录编号，可重复，最多 200 个", {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 200},
    style="form", explode=True,
)  # fmt: skip
_PICTURE = FileSent(("application/octet-stream", "image/jpeg", "image/png", "image/webp", "image/heic"))
_PREVIEW = FileSent(("image/jpeg",))
_EVERYWHERE = (MalformedRequest, DatabaseUnavailable, InternalError)
_OF_A_PHONE = (NotSignedIn, NotAllowed)
_OF_A_BODY = (TooLarge, StorageFull)
_OF_A_DOCUMENT = (UnreadableDocument, IdMismatch, DocumentConflict, *_OF_A_BODY)

CALLS: dict[tuple[str, str], Call] = {
    ("post", "/enrolments"): Call(
        summary="登记手机", sends=EnrolmentRequest, sent_in=_SENT_IN[:1], answers={201: Enrolled}, is_open=True,
        refuses=(InvalidInput, WrongCredentials, TooManyAttempts, NotAllowed, *_OF_A_BODY),
    ),
    ("get", "/bundle"): Call(summary="取离线包", answers={200: Bundle, 304: None}, parameters=(_HAS_IT,)),
    ("get", "/changes"): Call(summary="只取变化", answers={200: Changes}),
    ("put", "/inspections/{inspection_id}"): Call(
        summary="提交检查记录", sends=InspectionDocument, needed=INSPECTION.needed, answers={201: Receipt, 200: Receipt},
        refuses=_OF_A_DOCUMENT, parameters=(_DEVICE_TIME,),
    ),
    ("put", "/re-inspections/{re_inspection_id}"): Call(
        summary="提交复查记录", sends=ReinspectionDocument, needed=RE_INSPECTION.needed, answers={201: Receipt, 200: Receipt},
        refuses=_OF_A_DOCUMENT, parameters=(_DEVICE_TIME,),
    ),
    ("get", "/receipts"): Call(summary="查回执", answers={200: ReceiptList}, parameters=(_IDS,)),
    ("put", "/photos/{sha256}"): Call(
        summary="提交照片", sends=_PICTURE, answers={201: PhotoReceipt, 200: PhotoReceipt}, answered_in=_ANSWERED_IN[:1],
        refuses=(DigestMismatch, *_OF_A_BODY),
    ),
    ("head", "/photos/{sha256}"): Call(summary="照片到了没有", answers={200: None}, refuses=(NotFound,)),
    ("get", "/photos/{sha256}"): Call(summary="照片的预览", answers={200: _PREVIEW}, refuses=(NotFound,)),
}  # fmt: skip
"""Every call of the contract, by method and path."""


def refusals_of(call: Call) -> list[type[Refusal]]:
    """Everything a call may be refused with."""
    return [*call.refuses, *(() if call.is_open else _OF_A_PHONE), *_EVERYWHERE]


def describe_contract(framework: Schema) -> Schema:
    """The whole description: the framework's, of these calls alone, with the bodies, answers and refusals it cannot know."""
    paths: Schema = {}
    for (method, path), call in CALLS.items():
        known = framework["paths"][ROOT + path][method]
        paths.setdefault(ROOT + path, {})[method] = _operation(known, call)
    return {
        **framework,
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"device": {"type": "http", "scheme": "bearer", "description": "登记手机时得到的令牌"}},
        },
    }


def _operation(known: Schema, call: Call) -> Schema:
    made: Schema = {name: known[name] for name in ("operationId", "description") if name in known}
    parameters = [*known.get("parameters", ()), *call.parameters]
    made |= {"summary": call.summary, "security": [] if call.is_open else [{"device": []}]}
    if parameters:
        made["parameters"] = parameters
    if call.sends is not None:
        made["requestBody"] = {"required": True, "content": _content(call.sends, call.sent_in, call.needed)}
    made["responses"] = _responses(call)
    return made


def _content(what: type[msgspec.Struct] | FileSent, media_types: Iterable[str], needed: tuple[tuple[str, ...], ...] = ()) -> Schema:
    if isinstance(what, FileSent):
        return {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in what.media_types}
    schema: Schema = {"$ref": _SCHEMAS + what.__name__}
    if needed:
        schema = {"allOf": [schema, *({"anyOf": [{"required": [name]} for name in group]} for group in needed)]}
    return {media_type: {"schema": schema} for media_type in media_types}


def _responses(call: Call) -> Schema:
    responses: Schema = {}
    for status, what in call.answers.items():
        responses[str(status)] = {"description": _SAYS[status]}
        if what is not None:
            responses[str(status)]["content"] = _content(what, call.answered_in)
    for status in sorted({refusal.status for refusal in refusals_of(call)}):
        refusals = [refusal for refusal in refusals_of(call) if refusal.status == status]
        codes = [f"/problems/{refusal.code}" for refusal in refusals]
        responses[str(status)] = {
            "description": "\n".join(f"{code} {refusal.title}" for code, refusal in zip(codes, refusals, strict=True)),
            "content": {
                "application/problem+json": {
                    "schema": {
                        "allOf": [{"$ref": _SCHEMAS + PROBLEM}, {"properties": {"type": {"enum": codes}, "status": {"const": status}}}]
                    }
                }
            },
        }
    return responses


_SAYS = {200: "已经有了，或查到的内容", 201: "第一次收到，已落盘", 304: "没有变化"}


def _schemas() -> Schema:
    structs = {what for call in CALLS.values() for what in (call.sends, *call.answers.values()) if isinstance(what, type)}
    ordered = sorted(structs | {Law}, key=lambda one: one.__name__)
    _, schemas = msgspec.json.schema_components(ordered, ref_template=_SCHEMAS + "{name}")
    # The law is kept encoded, since it is the same for every phone of a day; what it holds is known all the same.
    schemas[Bundle.__name__]["properties"]["law"] = {"$ref": _SCHEMAS + Law.__name__}
    schemas[PROBLEM] = {
        "title": PROBLEM,
        "type": "object",
        "description": "一次拒绝（RFC 9457）。程序看 type，人看 detail：下一步怎么办。其余是这种拒绝自己的事实。",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string"},
        },
        "required": ["type", "title", "status", "detail", "instance"],
    }
    return schemas


class ContractPlugin(JsonRenderPlugin):
    """Serves the description as JSON."""

    def __init__(self) -> None:
        super().__init__()
        self._rendered: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The description; the same for everybody, so it is made once."""
        if self._rendered is None:
            self._rendered = self.render_json(request, describe_contract(openapi_schema))
        return self._rendered
