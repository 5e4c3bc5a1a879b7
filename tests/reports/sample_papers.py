"""Papers of a fictional park for the tests: every field filled, texts that tempt a line to break in the wrong place."""

import io
from datetime import UTC, date, datetime, timedelta

from PIL import Image

from reports import closure, inspection_record, ledger, rectification_notice, reinspection_opinion
from reports.figures import ClosureCounts, HazardRow, ReinspectionRound, count_rows
from reports.paper import CitedClause, Imprint, PaperPhoto

PRINTED_AT = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
AS_OF = date(2026, 11, 22)
VERIFIED = CitedClause(citation="《工贸企业重大事故隐患判定标准》（应急管理部令第10号）第十二条第（三）项", is_verified=True)
UNVERIFIED = CitedClause(citation="《日用陶瓷工厂安全规程》（GB 35181-2025）5.3.2", is_verified=False)
TEMPTING = (
    "辊道窑燃气主管道（DN150）入口未设“紧急自动切断阀”，也未与可燃气体检测报警装置联锁；现场询问操作工：“知道泄漏后怎么处理吗？”，回答不清楚……"
    "2026年10月30日的点检记录（《燃气设施点检表》）缺失，压力表0.25MPa，检定有效期至2026-08-31，已过期！见醴经开安办改〔2026〕12号。"
)


def imprint(template_version: str, *, is_draft: bool = False, number: str = "醴经开安办改〔2026〕12号") -> Imprint:
    """The imprint of a fictional park's paper."""
    return Imprint(
        office_name="醴陵经济开发区安全生产办公室",
        park_name="醴陵经济开发区",
        template_version=template_version,
        printed_at=PRINTED_AT,
        printed_by="周办",
        document_number="" if is_draft else number,
        is_fictional=True,
        is_draft=is_draft,
        verification_url="" if is_draft else "https://parksafe.example/verify/0192f3c4",
        verification_code="" if is_draft else "7KQ2-9XMD",
    )


def jpeg(width: int = 320, height: int = 240, *, orientation: int | None = None, colour: tuple[int, int, int] = (90, 120, 140)) -> bytes:
    """A drawn photo: its left half darker; optionally with an EXIF orientation."""
    image = Image.new("RGB", (width, height), colour)
    image.paste((20, 20, 20), (0, 0, width // 2, height))
    output = io.BytesIO()
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    image.save(output, "JPEG", quality=90, exif=exif)
    return output.getvalue()


PHOTO_FILES = {f"{number:064x}": jpeg(320 + number, 240) for number in range(1, 10)}


def photos(count: int) -> tuple[PaperPhoto, ...]:
    """Numbered photos that `PHOTO_FILES.get` knows."""
    return tuple(
        PaperPhoto(
            number=number,
            sha256=f"{number:064x}",
            caption=f"窑炉车间（二期）{number}号辊道窑，切断阀前法兰处",
            taken_at=PRINTED_AT,
            marks=("相册导入",),
        )
        for number in range(1, count + 1)
    )


def record(*, findings: int = 3, is_draft: bool = False) -> inspection_record.InspectionRecord:
    """An inspection record."""
    return inspection_record.InspectionRecord(
        imprint=imprint(inspection_record.TEMPLATE_VERSION, is_draft=is_draft, number="醴经开安办检〔2026〕41号"),
        enterprise_name="醴陵市华瓷日用陶瓷有限公司（虚构）",
        address="湖南省醴陵市经济开发区陶瓷谷A区12栋",
        principal_officer="李企",
        principal_position="总经理",
        principal_phone="0731-2300 0000",
        places="窑炉车间（二期）、喷釉线、原料球磨间、危险化学品仓库",
        started_at=PRINTED_AT - timedelta(hours=3),
        ended_at=PRINTED_AT - timedelta(hours=1),
        inspectors=(
            inspection_record.RecordInspector(name="王检", certificate="工作证YA-017"),
            inspection_record.RecordInspector(name="赵网", certificate="工作证YA-023"),
        ),
        checklists=(
            inspection_record.ChecklistSummary(
                title="陶瓷企业安全检查表", edition="2026年第2版", passed=38, failed=3, not_applicable=4, unanswered=1
            ),
        ),
        findings=tuple(
            inspection_record.RecordFinding(
                number=number, place="窑炉车间（二期）2号辊道窑", fact=TEMPTING, clauses=(VERIFIED, UNVERIFIED), photos=(1, 2)
            )
            for number in range(1, findings + 1)
        ),
        remarks=("手机时间与服务器时间相差26分钟", "2张照片无定位"),
        photos=photos(3),
    )


def notice(*, items: int = 5, is_draft: bool = False, description: str = TEMPTING) -> rectification_notice.RectificationNotice:
    """A rectification notice."""
    return rectification_notice.RectificationNotice(
        imprint=imprint(rectification_notice.TEMPLATE_VERSION, is_draft=is_draft),
        enterprise_name="醴陵市华瓷日用陶瓷有限公司（虚构）",
        inspected_on=date(2026, 11, 20),
        inspected_place="窑炉车间、喷釉线、危险化学品仓库",
        inspectors=("王检", "赵网"),
        items=tuple(
            rectification_notice.NoticeItem(
                number=number,
                place="窑炉车间（二期）2号辊道窑",
                description=description,
                level_label="一般",
                requirement="加装紧急切断阀，与可燃气体报警装置联锁，并经调试合格。",
                interim_measures="停用2号窑，专人监测（每2小时一次）。",
                due_on=date(2026, 12, 7),
                clauses=(UNVERIFIED,),
                photos=(1,),
            )
            for number in range(1, items + 1)
        ),
        contact_name="周办",
        contact_phone="0731-2300 0000",
        issued_on=None if is_draft else AS_OF,
        photos=photos(2),
    )


def opinion(
    *, is_draft: bool = False, conclusion: str = "未通过的第2项请继续整改，原期限不变。"
) -> reinspection_opinion.ReinspectionOpinion:
    """A re-inspection opinion."""
    return reinspection_opinion.ReinspectionOpinion(
        imprint=imprint(reinspection_opinion.TEMPLATE_VERSION, is_draft=is_draft, number="醴经开安办复〔2026〕3号"),
        enterprise_name="醴陵市华瓷日用陶瓷有限公司（虚构）",
        notice_number="醴经开安办改〔2026〕12号",
        notice_issued_on=AS_OF,
        inspectors=("王检", "赵网"),
        items=(
            reinspection_opinion.OpinionItem(
                number=1,
                description=TEMPTING,
                due_on=date(2026, 12, 7),
                reinspected_on=date(2026, 12, 8),
                outcome_label="已整改",
                measures="公司投入4.2万元，已装DN150切断阀1台并联锁（附合格证）。",
                photos_before=(1,),
                photos_after=(2,),
            ),
            reinspection_opinion.OpinionItem(
                number=2,
                description="除尘风管积尘。",
                due_on=date(2026, 12, 8),
                reinspected_on=date(2026, 12, 8),
                outcome_label="不合格",
                reason="弯头处仍有积尘，清扫记录只有1天。",
            ),
        ),
        passed=1,
        failed=1,
        conclusion=conclusion,
        contact_name="周办",
        contact_phone="0731-2300 0000",
        issued_on=date(2026, 12, 9),
        photos=photos(4),
    )


def hazards(count: int, *, start: int = 0) -> list[HazardRow]:
    """Hazards in many states, the same every time."""
    rows = []
    for number in range(start, start + count):
        found = date(2026, 7, 1) + timedelta(days=number % 130)
        due = found + timedelta(days=15)
        reply = found + timedelta(days=5 + number % 17) if number % 5 else None
        closed = reply + timedelta(days=number % 7) if reply and number % 3 else None
        rows.append(
            HazardRow(
                found_on=found,
                is_major=number % 11 == 0,
                is_void=number % 13 == 0,
                is_repeat=number % 9 == 0,
                original_due_on=due,
                due_on=due + timedelta(days=7 if number % 4 == 0 else 0),
                accepted_reply_on=reply,
                closed_on=closed,
                delisted_on=closed,
                first_reinspected_on=closed,
                passed_first_time=number % 6 != 0,
                reinspections=(ReinspectionRound(owed_from=due, due_on=due + timedelta(days=10), done_on=closed),),
            )
        )
    return rows


def closure_report(*, enterprises: int = 60, is_draft: bool = False) -> closure.ClosureReport:
    """A closure report; one enterprise has no hazards."""
    return closure.ClosureReport(
        imprint=imprint(closure.TEMPLATE_VERSION, is_draft=is_draft, number="统〔2026〕11号"),
        found_from=date(2026, 7, 1),
        found_until=AS_OF,
        as_of=AS_OF,
        filters=("片区：陶瓷产业园（一谷一城一园）", "级别：全部"),
        rows=tuple(
            closure.ClosureRow(
                enterprise_name=f"醴陵市第{number}日用陶瓷（出口）有限公司“虚构”",
                zone_name="陶瓷谷",
                counts=count_rows(hazards(number % 20, start=number * 7), AS_OF) if number else ClosureCounts(),
            )
            for number in range(enterprises)
        ),
    )


def ledger_head(*, is_draft: bool = False) -> ledger.LedgerHead:
    """The head of a ledger."""
    return ledger.LedgerHead(imprint=imprint(ledger.TEMPLATE_VERSION, is_draft=is_draft, number=""), as_of=AS_OF, filters=("片区：陶瓷谷",))


def ledger_row(number: int, *, description: str = TEMPTING, requirement: str = "加装切断阀（紧急）。") -> ledger.LedgerRow:
    """One row of a ledger."""
    return ledger.LedgerRow(
        hazard_number=f"YH-HC-20261101-{number:02d}",
        found_on=date(2026, 11, 1),
        enterprise_name="醴陵市华瓷日用陶瓷有限公司（虚构）",
        place="窑炉车间（二期）",
        description=description,
        level_label="一般",
        state_label="整改中",
        zone_name="陶瓷谷",
        source_label="园区检查",
        clauses=(UNVERIFIED,),
        requirement=requirement,
        responsible_person="刘安",
        document_number="醴经开安办改〔2026〕12号",
        original_due_on=date(2026, 11, 16),
        due_on=date(2026, 11, 20),
        overdue_days=2,
    )
