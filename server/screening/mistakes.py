"""Which stated facts would be read as nothing, although somebody meant something?

The rules read leniently: a CAS number with a wrong digit, a state in unknown words or a share without a number say nothing to them, and an
entry that waits for such a fact would pass in silence. Here each becomes a mistake with its field, so that it is mended where it was typed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rules.industries import load_industries
from rules.major_hazard_installation_data import is_cas
from rules.project import Project
from rules.project_values import is_blank, read_cas, read_percent, read_role, read_scope, read_state
from rules.requests import RequestError
from server.errors import FieldError

STATES = ("气体", "液化气体", "低沸点液体", "液体", "溶液", "固体", "粉末", "块状", "熔融")
"""The states in which the lists speak of substances."""
MOST_ROWS = 300
_WHOLE = 100
_CANNOT_CONVERT = "换算不成"


def mistakes_in(facts: Mapping[str, Any], read: Project) -> list[FieldError]:
    """Everything that was written and not understood, by field. `read` is what the rules made of the facts."""
    divisions = load_industries().section_of
    errors = [
        FieldError("industry_codes", f"行业代码 {code} 不在 GB/T 4754 的大类（01–97）之内，请核对")
        for code in read.industry_codes
        if code[:2] not in divisions
    ]
    for name in ("products", "equipment", "materials"):
        rows = [row for row in facts.get(name) or () if isinstance(row, Mapping)]
        if len(rows) > MOST_ROWS:
            errors.append(FieldError(name, f"最多 {MOST_ROWS} 行，请合并同类的行，清单作为附件上传"))
        for number, row in enumerate(rows[:MOST_ROWS]):
            errors += _row_mistakes(f"{name}[{number}]", row)
    errors += [FieldError(field, f"“{name}”不是名称，请写明；不清楚就留空") for field, name in _names_in(facts) if not _is_name(name)]
    for said in read.not_used:
        field, _, rest = said.partition("：")
        if _CANNOT_CONVERT in rest:
            errors.append(FieldError(field, f"{rest}，请改用这一栏的单位"))
    return errors


def _names_in(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Everything that should be a name or a word, with its field."""
    place = facts.get("location")
    yield "location.area", place.get("area") if isinstance(place, Mapping) else place
    for key in ("processes", "fuels", "products", "equipment", "materials"):
        held = facts.get(key)
        for number, one in enumerate(held if isinstance(held, list | tuple) else (held,)):
            has_columns = key in {"products", "equipment", "materials"} and isinstance(held, list | tuple)
            yield f"{key}[{number}].name" if has_columns else key, one.get("name") if isinstance(one, Mapping) else one
            yield f"{key}[{number}].fuel", one.get("fuel") if isinstance(one, Mapping) else None


def _is_name(value: object) -> bool:
    """Whether a text can name something: it says nothing, or has a letter in it."""
    return is_blank(value) or value in ([], {}) or any(sign.isalpha() for sign in str(value))


def _row_mistakes(where: str, row: Mapping[str, Any]) -> list[FieldError]:
    errors = []
    cas = row.get("cas")
    if not is_blank(cas):
        try:
            read = read_cas(cas, f"{where}.cas")
        except RequestError:
            read = ""
        if not read:
            errors.append(FieldError(f"{where}.cas", f"“{cas}”不是 CAS 号，例如 7664-41-7；没有就留空"))
        elif not is_cas(read):
            errors.append(FieldError(f"{where}.cas", f"CAS 号 {read} 的校验位不符，请核对"))
    errors += [
        FieldError(f"{where}.{field}", f"“{row[field]}”{words}")
        for field, is_understood, words in (
            ("concentration", _is_percent, "里没有数字，或不在 0 到 100 之间；请填质量百分数，例如 30"),
            ("role", lambda value: read_role(value, "") is not None, "请选产品、副产、原料或助剂"),
            ("scope", lambda value: read_scope(str(value)) is not None, "请选单线、全厂、单班等口径"),
            ("state", lambda value: read_state(value, "") in STATES, f"请选：{'、'.join(STATES)}"),
        )
        if not is_blank(row.get(field)) and not _holds(is_understood, row[field])
    ]
    for number, part in enumerate(row.get("components") or ()):
        if isinstance(part, Mapping):
            errors += _row_mistakes(f"{where}.components[{number}]", part)
    return errors


def _is_percent(value: Any) -> bool:
    read = read_percent(value, "")
    return read is not None and not str(value).strip().startswith("-") and 0 <= read <= _WHOLE


def _holds(is_understood: Any, value: object) -> bool:
    try:
        return bool(is_understood(value))
    except RequestError:
        return False
