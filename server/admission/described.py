"""How are a project's stated facts told on paper: a label and a text each, in the order of the application form?"""

from collections.abc import Iterator, Mapping
from typing import Any

from rules.restriction_terms import Figure
from rules.stated import LABELS

_LABELS = (
    ("build_type", "建设性质"),
    ("adds_capacity", "新增产能"),
    ("industry_codes", "行业代码"),
    ("products", "产品"),
    ("processes", "工艺"),
    ("equipment", "设备"),
    ("fuels", "燃料"),
    ("materials", "物料"),
    ("location", "区位"),
    ("max_staff_per_building", "单体最大人数"),
    ("investment_wan", "投资（万元）"),
    ("figures", "数值"),
    ("flags", "是非题"),
    ("stated", "其他申报内容"),
)
_PARTS = {
    "capacity": "产能",
    "unit": "",
    "scope": "口径",
    "lines": "生产线",
    "shifts": "班次",
    "existing_capacity": "既有产能",
    "spec": "规格",
    "model": "型号",
    "count": "数量",
    "fuel": "燃料",
    "year": "年份",
    "cas": "CAS",
    "concentration": "浓度%",
    "annual_t": "年用量（吨）",
    "max_storage_t": "最大存量（吨）",
    "state": "状态",
    "role": "角色",
    "storage": "储存方式",
    "existing": "既有",
    "is_existing": "既有",
    "in_park": "园区内",
    "in_chemical_park": "化工园区内",
    "in_compliant_park": "合规园区内",
    "area": "片区",
    **{one.value: one.label for one in Figure},
    **LABELS,
}


def describe_facts(facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Everything stated, as label and text; what was not stated is left out, what was answered 不清楚 says so."""
    stated = facts.get("stated") or {}
    facts = {**facts, "stated": {key: stated[key] for key in LABELS if key in stated}}
    told = [(label, text) for key, label in _LABELS if (text := _said(facts.get(key)))]
    known = {key for key, _ in _LABELS} | {"name"}
    told += [(_PARTS.get(key, key), text) for key in facts if key not in known and (text := _said(facts[key]))]
    return tuple(told)


def _said(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "，".join(_pairs(value))
    if isinstance(value, list | tuple):
        return "；".join(text for one in value if (text := _row(one)))
    return str(value)


def _row(one: Any) -> str:
    if not isinstance(one, Mapping):
        return _said(one)
    name = str(one.get("name", "")).strip()
    rest = "，".join(_pairs({key: value for key, value in one.items() if key != "name"}))
    return f"{name}（{rest}）" if name and rest else name or rest


def _pairs(values: Mapping[str, Any]) -> Iterator[str]:
    unit = str(values.get("unit") or "")
    for key, value in values.items():
        if key == "unit":
            continue
        said = "不清楚" if value is None else _said(value)
        if said:
            label = _PARTS.get(key, key)
            yield f"{label}{said}{unit if key == 'capacity' else ''}" if label in {"产能"} else f"{label}：{said}"
