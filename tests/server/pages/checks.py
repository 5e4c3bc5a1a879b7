"""A check in the field as a phone files it, for the pages that show it."""

import hashlib
from typing import Any

from tests.cast import World
from tests.doors import Phone
from tests.pictures import jpeg


def picture(seed: int) -> tuple[str, bytes]:
    """A small JPEG and its sha256."""
    data = jpeg(seed=seed, width=320, height=240)
    return hashlib.sha256(data).hexdigest(), data


def check_document(world: World, **changes: Any) -> dict[str, Any]:
    """A check of enterprise A by 王检 and 赵检: one item passed, one failed with a finding and a photo, one put right on the spot."""
    edition = world.services.rulebook.at(world.clock.today()).checklists.find_template("GEN")
    assert edition is not None
    items = [item.code for item in edition.items if not item.major_ids]
    before, after, scene, signature = (picture(seed)[0] for seed in (11, 12, 13, 14))
    document: dict[str, Any] = {
        "target": {"kind": "enterprise", "id": str(world.enterprise_id), "name": "湘瓷日用瓷（虚构）"},
        "checklists": [{"code": "GEN", "edition": edition.edition}],
        "started_at": "2026-11-20T08:10:00+08:00",
        "finished_at": "2026-11-20T08:50:00+08:00",
        "clock": {"device_at": "2026-11-20T08:50:02+08:00", "gps_at": "2026-11-20T08:50:01+08:00", "monotonic_ms": 123456},
        "position": {"latitude": 27.6612, "longitude": 113.5127, "accuracy_m": 8, "at": "2026-11-20T08:49:00+08:00"},
        "inspectors": ["王检", "赵检"],
        "company_representative": {"name": "李企", "title": "安全员", "phone": "13800000000"},
        "answers": [
            {"item": items[0], "result": "pass"},
            {"item": items[1], "result": "fail", "finding_id": "0199aaaa-0000-7000-8000-000000000001"},
            {"item": items[2], "result": "not_applicable", "note": "无此设备"},
        ],
        "findings": [
            {
                "id": "0199aaaa-0000-7000-8000-000000000001",
                "item": items[1],
                "description": "喷雾塔配电箱积尘",
                "location": "原料车间",
                "photos": [{"sha256": before, "taken_at": "2026-11-20T08:20:00+08:00", "source": "camera"}],
                "suggested_days": 7,
            },
            {
                "id": "0199aaaa-0000-7000-8000-000000000002",
                "item": "",
                "description": "灭火器被纸箱遮挡",
                "location": "成品库",
                "photos": [{"sha256": after, "source": "camera"}],
            },
        ],
        "photos": [{"sha256": scene, "caption": "厂区大门", "source": "gallery"}],
        "signatures": [
            {"party": "inspector", "name": "王检", "sha256": signature},
            {"party": "enterprise", "name": "李企", "refused": True, "refusal_note": "负责人不在场", "witness": "赵检"},
        ],
        "note": "例行检查",
        "app": {"version": "1.0", "platform": "test"},
    }
    return document | changes


def file_check(phone: Phone, document_id: str, document: dict[str, Any], *, expect: int = 201) -> Any:
    """File a check and return the answer."""
    answer = phone.put(f"inspections/{document_id}", json=document)
    assert answer.status_code == expect, answer.text
    return answer.json()


def send_photo(phone: Phone, seed: int) -> str:
    """Send one of the pictures; returns its sha256."""
    digest, data = picture(seed)
    answer = phone.put(f"photos/{digest}", content=data, headers={"content-type": "image/jpeg"})
    assert answer.status_code in {200, 201}, answer.text
    return digest
