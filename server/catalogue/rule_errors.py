"""What do the rules object to in a park edition, said to the person who drafts it?

The rules speak of files and keys; a drafter sees fields. Each objection of `rules.restriction_data` and `rules.catalogue_editions` has its
Chinese sentence and its field here; one that has none yet is shown as it is, so nothing is hidden.
"""

import re
from collections.abc import Callable

from rules.loading import RuleDataError
from rules.restriction_terms import Effect
from server.errors import FieldError


def _effect(value: str) -> str:
    return Effect(value).label if value in set(Effect) else value


_SIDES = {"effect_new": "新建的后果", "effect_existing": "现有改造的后果"}
_GROUNDS = {"products": "产品用词", "processes": "工艺用词", "equipment": "设备用词"}

_SAID: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, str]]], ...] = tuple(
    (re.compile(pattern), say)
    for pattern, say in (
        (r"title, clause and source must all be stated", lambda _: ("clause", "条款和来源都要写明")),
        (r"repealed_on must be after effective_from", lambda _: ("valid_until", "有效期应晚于施行日")),
        (
            r"needs at least one condition",
            lambda _: ("products", "至少写一项条件（产品、工艺、设备、物质、行业、燃料、是非题或数值），空条件会命中所有项目"),
        ),
        (r"flag “(.*)” is not in", lambda m: ("flag", f"申报表里没有是非题“{m[1]}”")),
        (r"fuel “(.*)” is not in", lambda m: ("fuels", f"没有名为“{m[1]}”的燃料族")),
        (r"industry “(.*)” must be", lambda m: ("industries", f"行业代码“{m[1]}”应为 GB/T 4754 代码的前 2 至 4 位数字")),
        (r"CAS (.*) has a wrong check digit", lambda m: ("substances", f"CAS {m[1]} 的校验位不对，请对照原文再录一遍")),
        (
            r"except_(\w+) without \w+ excludes nothing",
            lambda m: (f"except_{m[1]}", f"只有排除词、没有{_GROUNDS.get(m[1], '用词')}，排除不了什么"),
        ),
        (r"certain_words and certain_question belong together", lambda _: ("certain_words", "确定用词和要问的问题要一起写")),
        (r"until belongs to op = between", lambda _: ("limit_until", "上限只在“介于”时填写，“介于”必须填上限")),
        (r"between (.*) and (.*) is empty", lambda m: ("limit_until", f"{m[1]} 与 {m[2]} 之间没有数，上限应大于下限")),
        (r"unit “(.*)” cannot be converted", lambda m: ("limit_unit", f"单位“{m[1]}”不能换算，请改用目录里已有的单位")),
        (r"yields_to names (.*), which", lambda m: ("entry_id", f"让位于 {m[1]}，但目录里没有这一条")),
        (r"derived_from names (.*), with which", lambda m: ("entry_id", f"由 {m[1]} 推出，但目录里没有这样开头的条目")),
        (r"reason and approver must be stated", lambda _: ("approver", "不适用要写明理由和批准人")),
        (r"approver must be stated", lambda _: ("approver", "请写明批准机关")),
        (r"this id stands already", lambda _: ("entry_id", "这个编号目录里已经有了；要更严请用“从严”")),
        (r"no entry has this id", lambda _: ("entry_id", "目录里没有这个编号的条目")),
        (r"reason must be stated", lambda _: ("reason", "请写明理由")),
        (
            r"(effect_new|effect_existing) = (\w+) is softer than (\w+)",
            lambda m: (
                m[1],
                f"{_SIDES[m[1]]}“{_effect(m[2])}”比原条“{_effect(m[3])}”宽；园区只能从严，要放宽请走“不适用”（国家、省的条目转人工研判）",
            ),
        ),
        (
            r"limit_value needs an entry with exactly one limit",
            lambda _: ("limit_value", "这一条不是恰好一个数值，不能只改数值；请新增一条"),
        ),
        (r"limit_value = (.*) catches less than (.*);", lambda m: ("limit_value", f"{m[1]} 比原来的 {m[2]} 管得少；园区只能从严")),
        (r"two different people must confirm", lambda _: ("confirm", "核对原文要两个不同的人")),
        (r"this id stands twice", lambda _: ("entry_id", "同一条写了两次“不适用”")),
    )
)


def field_error_of(error: RuleDataError) -> FieldError:
    """The objection as a field of the form and a sentence; where the form has no such field it stands at the top."""
    for pattern, say in _SAID:
        found = pattern.search(error.reason)
        if found is not None:
            field, message = say(found)
            return FieldError(field, message)
    return FieldError("edition", f"{error.key}：{error.reason}")
