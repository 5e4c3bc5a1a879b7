"""What is odd about a document from the field?

A document whose structure can be read is never refused for being odd: it is kept, marked, and shown to the office with the mark's label.
Most marks are decided once, when the document is filed, and stored with the reading; those that depend on photos still arriving are
derived whenever somebody looks, by `derived_marks`.
"""

from collections.abc import Iterable
from decimal import Decimal

from rules.terms import Term
from server.photos.service import PhotoState
from server.rectification.schemas import ReinspectionMark

CLOCK_TOLERANCE_SECONDS = 600
"""A phone's clock may differ this much before it is marked (workflow facts §5: ten minutes)."""
CLOCK_WILD_SECONDS = 86_400
"""From here on the phone's day cannot be believed."""
LATE_SECONDS = 86_400
"""A document that took longer than this from the end of the check is marked as late."""
OLDEST_BELIEVED_SECONDS = 30 * 86_400
"""Without anything to compare the clock with, a check is believed to be this old at most; phones keep unsent records about that long."""
FAR_METRES = Decimal(200)
"""A check filed from farther away than this, beyond the fix's own inaccuracy, is marked (workflow facts §5: 200 m)."""


class Mark(Term):
    """An oddity of a document, in the order people are shown them."""

    CLOCK_WILD = "clock_wild", "手机时间不可信，日期按定位时间或收到日期记"
    CLOCK_OFF = "clock_off", "手机时间与实际相差超过10分钟"
    LATE_ARRIVAL = "late_arrival", "检查结束超过24小时才收到"
    NO_POSITION = "no_position", "没有定位"
    FAR_POSITION = "far_position", "定位距检查对象超过200米"
    UNKNOWN_TARGET = "unknown_target", "检查对象不在册"
    UNKNOWN_TASK = "unknown_task", "任务不在册或不是这个检查对象的"
    UNKNOWN_HAZARD = "unknown_hazard", "复查的隐患不在册"
    OLD_EDITION = "old_edition", "所用检查表版次在检查当日不是现行版"
    UNKNOWN_EDITION = "unknown_edition", "检查表或版次不在册"
    UNKNOWN_ITEM = "unknown_item", "有不在册的检查项"
    UNKNOWN_RESULT = "unknown_result", "有读不懂的检查结果"
    UNKNOWN_FACT = "unknown_fact", "判定事实的名称或答法不在册"
    UNREADABLE_FIELD = "unreadable_field", "有读不懂的内容，原文已留存"
    NOTHING_CHECKED = "nothing_checked", "没有任何检查内容"
    UNANSWERED_REQUIRED = "unanswered_required", "检查表有漏答的检查项"
    DUPLICATE_ANSWER = "duplicate_answer", "同一检查项答了不止一次"
    FAIL_WITHOUT_FINDING = "fail_without_finding", "不合格项没有对应的问题记录"
    NO_DESCRIPTION = "no_description", "有问题没写描述"
    MISSING_FAIL_PHOTO = "missing_fail_photo", "必须拍照的不合格项没有照片"
    DUPLICATE_FINDING_ID = "duplicate_finding_id", "问题编号缺失、重复或已被占用，已另编"
    UNKNOWN_PHOTO = "unknown_photo", "有照片没有可用的校验值"
    GALLERY_PHOTO = "gallery_photo", "照片取自相册，非现场拍摄"
    PHOTO_REUSED = "photo_reused", "照片在别的记录里用过"
    PHOTO_TIME_OFF = "photo_time_off", "照片拍摄时间不在检查时段内"
    MISSING_PHOTO = "missing_photo", "有照片还没收到"
    UNREADABLE_PHOTO = "unreadable_photo", "有照片打不开"
    NO_INSPECTOR = "no_inspector", "没写检查人员"
    SINGLE_INSPECTOR = "single_inspector", "检查人员不足两人"
    NO_SIGNATURE = "no_signature", "检查人员或企业没有签字"
    SIGNATURE_REFUSED = "signature_refused", "企业拒绝签字"


_LABELS: dict[str, str] = {mark.value: mark.label for mark in (*Mark, *ReinspectionMark)}
_ORDER = {code: place for place, code in enumerate(_LABELS)}


def in_order(codes: Iterable[str]) -> list[str]:
    """Each mark's code once, in the order people are shown them; those a later release wrote come last."""
    return sorted(set(codes), key=lambda code: (_ORDER.get(code, len(_ORDER)), code))


def label_of(code: str) -> str:
    """The Chinese label of a stored mark, of an inspection or a re-inspection."""
    return _LABELS.get(code, code)


def derived_marks(photos: Iterable[PhotoState]) -> set[str]:
    """The marks that follow from what has arrived so far."""
    marks: set[str] = set()
    for photo in photos:
        if photo.state != "stored":
            marks.add(Mark.MISSING_PHOTO.value)
        elif photo.readable is False:
            marks.add(Mark.UNREADABLE_PHOTO.value)
    return marks
