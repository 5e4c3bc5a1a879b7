"""`GET bundle`: all a phone needs offline, with one ETag; `GET changes`: only what changed since.

The body holds no current time (that is the Date header's), so the same content has the same bytes and the same strong ETag.
"""

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromQuery

from mobile_api.answers import JSON_TYPE, MSGPACK_TYPE, answer, encode, format_of
from mobile_api.cursors import Cursor, read_cursor
from mobile_api.law import encoded_law
from mobile_api.receipts import MOST_IDS
from mobile_api.schemas import Bundle, Changes, Limits, Me, Removed
from rules.terms import Role
from server.canonical import sha256_hex
from server.entrance import Services, open_work, services_of
from server.errors import MalformedRequest
from server.identity import phones_for
from server.inspections.field_data import (
    ChangedIds,
    FieldData,
    get_park,
    last_carried_sequence,
    last_sequence,
    list_changed_ids,
    read_changed_rows,
    read_field_data,
)
from server.inspections.field_grades import read_grades
from server.photos.imaging import ACCEPTED
from server.settings import Settings
from server.unit_of_work import Work

EVENTS_PER_PAGE = 500
MAY = phones_for(Role.INSPECTOR, Role.OFFICE)


@get("/bundle", opt=MAY, sync_to_thread=True)
def show_bundle(request: Request[Any, Any, Any]) -> Response[bytes | None]:
    """The bundle; 304 when the phone has it already."""
    services = services_of(request)
    form = format_of(request)
    with open_work(request) as work:
        data = read_field_data(work, services.rulebook)
        grades, mark = read_grades(work)
        bundle = Bundle(
            epoch=services.epoch,
            cursor=str(Cursor(services.epoch, last_carried_sequence(work))),
            today=work.today,
            rulebook_edition=services.rulebook.edition,
            me=_me(work),
            park=get_park(work),
            limits=_limits(services.settings),
            tasks=data.tasks,
            targets=data.targets,
            hazards=data.hazards,
            law=encoded_law(services.rulebook, work.today, form),
            grades=grades,
            grades_mark=mark,
        )
    body = encode(bundle, form)
    etag = f'"{sha256_hex(body)}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept, Authorization"}
    if _has_it(request.headers.get("if-none-match", ""), etag):
        return Response(None, status_code=304, headers=headers)
    return Response(body, media_type=MSGPACK_TYPE if form == "msgpack" else JSON_TYPE, headers=headers)


@get("/changes", opt=MAY, sync_to_thread=True)
def list_changes(
    request: Request[Any, Any, Any], after: FromQuery[str | None] = None, grades: FromQuery[str | None] = None
) -> Response[bytes]:
    """What changed after a cursor, whole rows as they are now.

    `grades` is the mark of the grades the phone holds, empty for none: when they say something else now, all of them come along.
    """
    services = services_of(request)
    with open_work(request) as work:
        if not after:
            raise MalformedRequest("请写上 after，即上一次 bundle 或 changes 给出的 cursor")
        cursor = read_cursor(after)
        head = last_sequence(work)
        if cursor.epoch != services.epoch or cursor.sequence > head:
            return answer(request, _start_again(services, work))
        changed = list_changed_ids(work, cursor.sequence, EVENTS_PER_PAGE)
        return answer(request, _with_grades(work, _changes(services, work, changed), grades))


def _with_grades(work: Work, changes: Changes, held: str | None) -> Changes:
    """The answer with the grades, for a phone that knows them and holds others. What is more to come carries none."""
    if held is None or changes.more:
        return changes
    rows, mark = read_grades(work)
    return msgspec.structs.replace(changes, grades=None if mark == held else rows, grades_mark=mark)


def _me(work: Work) -> Me:
    actor = work.actor
    if actor.id is None:
        raise LookupError("a phone stands for a person")
    return Me(account_id=actor.id, device_id=actor.device_id, name=actor.name, role=actor.role)


def _limits(settings: Settings) -> Limits:
    return Limits(
        photo_max_bytes=settings.photo_max_bytes,
        document_max_bytes=settings.document_max_bytes,
        photo_media_types=ACCEPTED,
        receipts_max_ids=MOST_IDS,
    )


def _has_it(if_none_match: str, etag: str) -> bool:
    held = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return etag in held or "*" in held


def _start_again(services: Services, work: Work) -> Changes:
    nothing = ChangedIds(sequence=0, has_more=False, tasks=set(), targets=set(), hazards=set())
    empty = FieldData(tasks=[], targets=[], hazards=[])
    return _said(services, work, nothing, empty, is_reset=True)


def _changes(services: Services, work: Work, changed: ChangedIds) -> Changes:
    return _said(services, work, changed, read_changed_rows(work, services.rulebook, changed), is_reset=False)


def _said(services: Services, work: Work, changed: ChangedIds, data: FieldData, *, is_reset: bool) -> Changes:
    return Changes(
        epoch=services.epoch,
        cursor=str(Cursor(services.epoch, changed.sequence)),
        reset=is_reset,
        more=changed.has_more,
        today=work.today,
        rulebook_edition=services.rulebook.edition,
        park=get_park(work),
        tasks=data.tasks,
        targets=data.targets,
        hazards=data.hazards,
        removed=Removed(
            tasks=sorted(changed.tasks - {row.id for row in data.tasks}),
            targets=sorted(changed.targets - {row.id for row in data.targets}),
            hazards=sorted(changed.hazards - {row.id for row in data.hazards}),
        ),
    )
