"""What does an application state that no entry of the catalogue reads?

Figures and circumstances a notice names and reviewers want to see: they are kept with the project, shown and printed in the applicant's
words, and decide nothing. What decides has a field of its own, or is one of the yes/no questions.
"""

from collections.abc import Mapping

from rules.requests import RequestError

STATED: dict[str, tuple[tuple[str, str], ...]] = {
    "批文与规模": (
        ("project_code", "项目代码"),
        ("eia_number", "环评批复文号"),
        ("site_area", "占地、建筑面积"),
        ("headcount", "劳动定员"),
        ("peak_staff", "用工峰值"),
    ),
    "产能与能耗": (
        ("capacity_before", "现有产能说明"),
        ("capacity_added", "新增产能说明"),
        ("replacement", "产能置换方案"),
        ("total_energy", "综合能耗"),
        ("automation", "装备自动化程度"),
    ),
    "粉尘": (
        ("dust_kind", "粉尘种类"),
        ("dust_test", "可燃性检测结论"),
        ("dust_staff", "涉粉作业人数"),
        ("dust_removal", "除尘形式"),
    ),
    "建筑": (
        ("fire_class", "火灾危险性类别"),
        ("structure", "结构与耐火等级"),
        ("storeys", "层数、高度"),
        ("tenancy", "厂房租赁情况"),
        ("dormitory", "宿舍、办公位置"),
    ),
    "许可与备案": (
        ("hazchem_permit", "危险化学品许可"),
        ("precursor_filing", "易制毒、易制爆备案"),
        ("special_equipment", "特种设备"),
    ),
}
"""The groups of the application form's further fields, each field with its key and its label."""
LABELS = {key: label for fields in STATED.values() for key, label in fields}
LONGEST = 300


def check_stated(value: object) -> None:
    """Raises `RequestError` for what is no set of these texts."""
    if value is None:
        return
    if not isinstance(value, Mapping):
        raise RequestError("not_a_row", f"stated 应为对象，收到的是 {value!r}")
    for key, text in value.items():
        if key not in LABELS:
            raise RequestError("unknown_field", f"stated.{key} 应为其中之一：{'、'.join(LABELS)}")
        if not isinstance(text, str) or len(text) > LONGEST:
            raise RequestError("not_a_text", f"stated.{key} 应为不超过 {LONGEST} 字的文字")
