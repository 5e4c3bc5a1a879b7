"""What does a phone of the demonstration send?

Documents of the phones' contract as plain values, with the oddities real phones bring: a clock that is days off, a photo from the gallery,
photos that never arrive, a checklist of another edition. They are decoded, read and filed by the same functions the phones' door uses.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from rules.rulebook import Rulebook
from scripts.demo_parts.chance import chance_of
from scripts.demo_parts.pictures import Picture, Signed
from scripts.demo_parts.story import Look, Problem, Quirk, Visit
from server.clock import CHINA, day_of

Sent = dict[str, str]
"""Picture name → sha256 under which it was sent, or will never be."""
_CLOCK_ERROR = timedelta(days=3, hours=2)


def pictures_of(visit: Visit) -> list[Picture | Signed]:
    """Every file a visit's phone sends: photos, then signatures."""
    found: list[Picture | Signed] = []
    for problem in visit.problems:
        found += problem.before
        if problem.spot is not None:
            found.append(problem.spot)
    if visit.quirk is Quirk.MISSING_PHOTOS:
        found = found[1:]
    return found + [Signed(name=f"{visit.id.hex}-{party}", seed=visit.seed + place) for place, party in enumerate(_signers(visit))]


def _signers(visit: Visit) -> tuple[str, ...]:
    return ("inspector",) if visit.quirk is Quirk.SIGNATURE_REFUSED else ("inspector", "enterprise")


def inspection_document(visit: Visit, rulebook: Rulebook, sent: Sent, task_id: UUID | None) -> bytes:
    """The document of a visit."""
    random = chance_of(visit.seed)
    shift = _CLOCK_ERROR if visit.quirk is Quirk.WILD_CLOCK else timedelta()
    names = visit.names[:1] if visit.quirk is Quirk.ONE_INSPECTOR else visit.names
    document: dict[str, Any] = {
        "id": str(visit.id),
        "target": _target(visit),
        "checklists": _checklists(visit, rulebook),
        "started_at": _stamp(visit.started_at + shift),
        "finished_at": _stamp(visit.finished_at + shift),
        "clock": {
            "device_at": _stamp(visit.finished_at + shift),
            "gps_at": _stamp(visit.finished_at),
            "monotonic_ms": random.randrange(10**6, 10**9),
        },
        "inspectors": list(names),
        "company_representative": {"name": visit.target.contact, "title": visit.target.contact_title, "phone": "10000000099"},
        "answers": _answers(visit, rulebook, random),
        "findings": [_finding(one, visit.quirk, sent, shift) for one in visit.problems],
        "signatures": _signatures(visit, sent),
        "note": "",
        "app": {"version": "0.1.0", "platform": "android"},
    }
    if task_id is not None:
        document["task_id"] = str(task_id)
    if visit.quirk is not Quirk.NO_POSITION:
        document["position"] = {
            "latitude": round(visit.target.latitude + random.uniform(-0.0004, 0.0004), 6),
            "longitude": round(visit.target.longitude + random.uniform(-0.0004, 0.0004), 6),
            "accuracy_m": round(random.uniform(4, 22), 1),
            "at": _stamp(visit.started_at),
        }
    return _encode(document)


def edited_again(document: bytes) -> bytes:
    """The same document after somebody edited it on the phone and sent it under its old id."""
    value = json.loads(document)
    value["note"] = "回办公室后补充：现场负责人承诺当天整改。"
    for finding in value["findings"][:1]:
        finding["description"] += "（手机上修改后重发）"
    return _encode(value)


def reinspection_document(look: Look, problem: Problem, latitude: float, longitude: float, sent: Sent) -> bytes:
    """The document of a re-inspection on the phone."""
    value: dict[str, Any] = {
        "id": str(look.id),
        "hazard_id": str(problem.id),
        "result": "pass" if look.passed else "fail",
        "reason": look.reason,
        "at": _stamp(look.at),
        "clock": {"device_at": _stamp(look.at), "gps_at": _stamp(look.at)},
        "position": {"latitude": latitude, "longitude": longitude, "accuracy_m": 9.0, "at": _stamp(look.at)},
        "inspectors": list(look.names),
        "photos": [] if look.picture is None else [_photo(look.picture, "camera", sent)],
        "app": {"version": "0.1.0", "platform": "android"},
    }
    if look.expert_opinion:
        value["expert_opinion"] = look.expert_opinion
    return _encode(value)


def _target(visit: Visit) -> dict[str, str]:
    if visit.quirk is Quirk.UNKNOWN_TARGET:
        return {"kind": "enterprise", "name": f"{visit.target.short_name}临时租用仓库"}
    return {"kind": visit.target.kind.value, "id": str(visit.target.id), "name": visit.target.name}


def _checklists(visit: Visit, rulebook: Rulebook) -> list[dict[str, str]]:
    in_force = rulebook.at(day_of(visit.started_at)).checklists
    used = []
    for code in visit.templates:
        template = in_force.find_template(code)
        edition = template.edition if template is not None else ""
        used.append({"code": code, "edition": "2025.2" if visit.quirk is Quirk.OLD_EDITION else edition})
    return used


def _answers(visit: Visit, rulebook: Rulebook, random: Random) -> list[dict[str, str]]:
    in_force = rulebook.at(day_of(visit.started_at)).checklists
    failed = {problem.finding.item: str(problem.id) for problem in visit.problems}
    answers = []
    for code in visit.templates:
        template = in_force.find_template(code)
        for item in template.items if template is not None else ():
            if item.code in failed:
                answers.append({"item": item.code, "result": "fail", "finding_id": failed[item.code]})
            else:
                answers.append({"item": item.code, "result": "not_applicable" if random.random() < 0.16 else "pass"})
    return answers


def _finding(problem: Problem, quirk: Quirk, sent: Sent, shift: timedelta) -> dict[str, Any]:
    source = "gallery" if quirk is Quirk.GALLERY_PHOTO else "camera"
    written: dict[str, Any] = {
        "id": str(problem.id),
        "item": problem.finding.item,
        "description": problem.text,
        "location": problem.place,
        "photos": [_photo(one, source, sent, shift) for one in problem.before],
        "facts": problem.facts,
    }
    if problem.suggested_days is not None:
        written["suggested_days"] = problem.suggested_days
    if problem.spot is not None:
        written["on_the_spot"] = {"measure": problem.finding.spot, "photos": [_photo(problem.spot, "camera", sent, shift)]}
    return written


def _photo(picture: Picture, source: str, sent: Sent, shift: timedelta = timedelta()) -> dict[str, Any]:
    return {
        # A photo that was never sent is named all the same: the phone knew its sha256 before it was lost.
        "sha256": sent.get(picture.name) or hashlib.sha256(picture.name.encode()).hexdigest(),
        "taken_at": _stamp(picture.taken_at + shift),
        "source": source,
        "caption": picture.lines[0],
        "position": {"latitude": picture.latitude, "longitude": picture.longitude, "accuracy_m": 8.0},
    }


def _signatures(visit: Visit, sent: Sent) -> list[dict[str, Any]]:
    signers: Sequence[tuple[str, str]] = (("inspector", visit.names[0]), ("enterprise", visit.target.contact))
    signatures: list[dict[str, Any]] = []
    for party, name in signers:
        sha256 = sent.get(f"{visit.id.hex}-{party}")
        if sha256 is not None:
            signatures.append({"party": party, "name": name, "sha256": sha256})
        else:
            refusal = {"refused": True, "refusal_note": "现场负责人称需请示后再签，拒绝当场签字", "witness": visit.names[-1]}
            signatures.append({"party": party, "name": name, **refusal})
    return signatures


def _stamp(instant: datetime) -> str:
    return instant.astimezone(CHINA).isoformat(timespec="seconds")


def _encode(value: dict[str, Any]) -> bytes:
    return msgspec.json.encode(value)
