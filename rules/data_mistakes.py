"""How is a mistake in the data told to the safety officer who made it?

The loaders say in English what they refuse, for programmers and tests; here stands what the person with the file open reads: the same in
Chinese, with the names and numbers of the case. A reason without a translation is shown as it is, and a test looks for such.
"""

import re

_KINDS = {
    "str": "文字（用双引号）",
    "int": "整数",
    "float": "数字",
    "decimal": "数字",
    "bool": "true 或 false",
    "date": "日期（写作 2026-05-01，不加引号）",
    "datetime": "时刻",
    "array": "列表（用方括号）",
    "object": "表（用 [方括号节] 或花括号）",
    "null": "空",
}

# The parts in brackets of a pattern fill the sentence in order.
_SENTENCES: tuple[tuple[str, str], ...] = (
    # msgspec: keys and types
    (r"Object contains unknown field `(.+?)`", "不认识键 {0}：多半是写错了字，或放错了节"),
    (r"Object missing required field `(.+?)`", "缺少必填的键 {0}"),
    (r"Expected `(.+?)`, got `(.+?)`", "应为{0}，写成了{1}"),
    (r"Invalid enum value (.+)", "不在允许的值之内：{0}"),
    (r"Expected `array` of at (?:least|most) length (\d+)", "列表长度应为 {0}"),
    # tomllib: the writing itself
    (r"Cannot overwrite a value \((.+)\)", "同一个键写了两次（{0}）"),
    (r"Cannot declare (.+) twice \((.+)\)", "{0} 这一节写了两次（{1}）"),
    (r"Unterminated string \((.+)\)", "文字没有收尾的引号（{0}）"),
    (r"Invalid value \((.+)\)", "值写得不对：文字要加双引号，日期和数字不加（{0}）"),
    (r"Unclosed array \((.+)\)", "列表没有收尾的方括号（{0}）"),
    (r"Expected newline or end of document after a statement \((.+)\)", "一行写了两件事，或引号、括号不成对（{0}）"),
    (r"Expected '=' after a key in a key/value pair \((.+)\)", "键后面缺少等号（{0}）"),
    (r"Invalid statement \((.+)\)", "这一行不成句（{0}）"),
    (r"Invalid (?:initial )?character(?:s)? for a key part \((.+)\)", "键里有不能用的字符（{0}）"),
    (r"Illegal character (.+) \((.+)\)", "有看不见的或不能用的字符 {0}（{1}）"),
    (r"Invalid date or datetime(?: \((.+)\))?", "没有这一天（{0}）"),
    # all files
    (r"cannot be read: (.+)", "文件读不出来：{0}（须为 UTF-8）"),
    (r"this id stands twice; ids are never used again", "编号重复；编号一经使用不得再用"),
    (r"ends on (.+), not after it begins on (.+)", "终止日 {0} 不在起用日 {1} 之后"),
    (r"two values in force on (.+)", "{0} 这天有两条同时有效：旧的那条要写 repealed_on，且不晚于新条的 effective_from"),
    (r"cannot be read as an expression: (.+)", "表达式读不懂：{0}；只能用事实 id、and、or、not、括号和数字比较"),
    (
        r"fact '(.+)' stands twice; write the expression so that each yes/no fact stands once",
        "事实 {0} 在表达式里出现两次；改写成每个是非事实只出现一次",
    ),
    (
        r"a number fact is compared with a number or another number fact, not with (.+)",
        "数值事实只能与数字或另一个数值事实比较，不能与 {0} 比较",
    ),
    (r"(.+) is not allowed here", "表达式里不能写 {0}"),
    # bands and grading
    (r"no band", "没有分级区间"),
    (r"levels count 1, 2, 3 …; (\d+) was expected here", "level 要从 1（最危险）连续数起，这里应为 {0}"),
    (r"an end is either included or not; write one of the two words", "同一端点只写一个词：at_least 或 above，at_most 或 below"),
    (r"only the outermost ends may be open", "只有最外面的两端可以不写端点"),
    (r"overlaps level (\d+)", "与第 {0} 级重叠"),
    (r"a less dangerous level must not have a more dangerous colour", "较轻的级别不能用较重的颜色"),
    (r"no table of values named (.+)", "没有名为 {0} 的取值表"),
    (r"rows and columns do not match the heads", "格子数与行、列的名称对不上"),
    (r"a cell holds a word outside (.+)", "有的格子写了规定以外的词，只能用 {0}"),
    (r"say why the matrix must not be used", "is_usable = false 时要写明为什么（unusable_because）"),
    (r"the four colours and their names differ from rules.terms.RiskLevel", "四色及名称应为重大（红）、较大（橙）、一般（黄）、低（蓝）"),
    (r"one layer per colour, from red down to blue", "每种颜色一个管控层级，从红到蓝排列"),
    (r"exactly one scheme of a method is the default", "一种方法只能有一个 is_default = true 的方案"),
    (r"facts without a question: (.+)", "这些事实没有写问法：{0}"),
    (r"level 1 must be the worst grade", "第 1 级应为 worst_grade"),
    (r"no direct judgement named (.+)", "没有这些直接判定：{0}"),
    (r"contradicts an adjustment the sheet does not have", "contradicts 写了评分表里没有的加减分"),
    (r"each grade needs higher numbers than the next", "每一等级的三个数都要大于下一等级"),
    # GB 18218
    (r"facts without words in state_words.toml: (.+)", "这些事实在 state_words.toml 里没有识别词：{0}"),
    (r"a condition needs its question", "写了 condition 就要写 ask"),
    (r"the threshold must be positive", "临界量须大于 0"),
    (r"(.+) is no CAS number: its check digit differs", "{0} 不是正确的 CAS 号：校验位不符"),
    # calendar and deadlines
    (r"ends before it begins", "结束日早于开始日"),
    (r"lies outside (\d+)", "不在 {0} 年之内"),
    (r"is both a day off and a make-up workday", "同一天既放假又上班"),
    (r"a make-up workday must fall on a weekend", "调休上班日应为周六或周日"),
    (r"(\d+) stands in two files", "{0} 年写在两个文件里"),
    (r"needs either a basis or park_rule = true", "要么写 basis，要么写 park_rule = true（园区自定）"),
    (r"its basis is not in force on (.+)", "所引依据在 {0} 没有施行"),
    (r"a rule of the park's own cannot be verified against a clause", "园区自定的没有条文可核，verified 应为 false"),
    (r"has neither a value nor a note that says why", "没有 value 的要在 note 里写明为什么"),
    (r"is negative", "不能是负数"),
    # checklists
    (r"has no items or no industries", "没有检查项或没有适用行业"),
    (r"does not begin with (.+)-", "编号应以 {0}- 开头"),
    (r"cites no basis", "没有写依据"),
    (r"names no method", "没有写检查方法"),
    (r"suggests a deadline in the past", "建议天数不能是负数"),
    (
        r"a hint at a major hazard and its criterion must stand together",
        "severity_hint 为重大的，要同时写 major_ids 和 major_criterion；不是重大的都不写",
    ),
    (r"major_ids names (.+), which is not in data/major_hazard", "major_ids 写的 {0} 不在 data/major_hazard 里"),
    # major hazards
    (r"the id must begin with (.+)-", "编号应以 {0}- 开头"),
    (r"must not be empty: every criterion is cited", "不能为空：每一条都要有出处"),
    (r"must not be empty", "不能为空"),
    (r"before the standard itself", "早于标准本身的施行日"),
    (r"not after effective_from", "不在 effective_from 之后"),
    (r"only an element judged by facts can be counted", "只有按事实判定的要素才能计数"),
    (r"an expression is written exactly when judging is facts", 'judging = "facts" 时必须写 meets，其余不写'),
    (r"(.+) stands in another file already", "{0} 已经用在另一个文件里"),
    (
        r"stands in another file already; a shared fact belongs in facts_common.toml",
        "已经写在另一个文件里；共用的事实移到 facts_common.toml",
    ),
    (r"this id stands in another file already", "编号已经用在另一个文件里"),
    (r"no criterion uses it", "没有条目用到它"),
    (r"no criterion of this file uses it", "本文件没有条目用到它"),
    (r"a citation needs it", "引用时要用，不能为空"),
    (r"no criterion (\S+) in this file", "本文件没有条目 {0}"),
    (r"must contain \{device\}", "问法里要有 {{device}}"),
    (r"an id is English snake_case", "事实 id 用英文小写加下划线"),
    (r"ask and evidence must not be empty", "ask 和 evidence 不能为空"),
    (r"a number has a unit, a yes/no fact has none", "number 要写 unit，yes_no 不写"),
    (r"only a yes/no fact of a standard with failed_as_absent names a device", "只有写明“失效等同没有”的标准里的是非题才写 device"),
    (r"no supervision sector is called (.+)", "没有名为“{0}”的监管行业"),
    (r"no fact is called (.+)", "没有名为 {0} 的事实"),
    (r"fact (.+) is (.+) and is read here as (.+)", "事实 {0} 是 {1}，这里当作 {2} 用"),
    (r"no criterion is called (.+)", "没有编号为 {0} 的条目"),
    # counting together
    (r"no counting rule", "没有计数规则"),
    (r"no standard has the prefix (.+)", "没有前缀为 {0} 的标准"),
    (r"(.+) is not in force on all these days", "{0} 在这段时间里并非一直施行"),
    (r"no criterion counts towards (.+)", "没有条目计入 {0}"),
    (r"a rule without combinations counts nothing", "没有写组合，无从计数"),
    (r"an element stands twice", "同一要素写了两次"),
    (r"must lie between 1 and (\d+)", "应在 1 至 {0} 之间"),
    (r"nothing in this file uses it", "本文件没有用到它"),
    (r"stands among the facts of the criteria already; name it, do not write it again", "判定条目里已有这个事实，直接用它的 id，不要再写"),
    (r"must be a yes/no fact with ask and evidence", "应为写了 ask 和 evidence 的是非题"),
    (r"(.+) is no criterion that counts towards this rule", "{0} 不是计入本规则的要素"),
    (r"no yes/no fact is called (.+)", "没有名为 {0} 的是非题"),
    # starter sets
    (r"no accident class named (.+)", "GB 6441 没有名为 {0} 的事故类别"),
    (r"checks names (.+), which is in no checklist", "checks 写的 {0} 不在任何检查表里"),
    (r"scores are those of (.+)", "scores 按次序写 {0} 的分值，不多不少"),
    (r"(.+) = (.+) is not in the table of values", "{0} = {1} 不在取值表里"),
    # permission, sectors, workflow
    (r"each mode must stand exactly once", "每种权限模式写且只写一次"),
    (r"each kind of document must stand exactly once", "每种文书写且只写一次"),
    (r"needs a mode, an issuer and at least one copy", "要写权限模式、签发人，份数至少为 1"),
    (r"has no codes or no sectors", "没有行业代码或没有监管行业"),
    (r"no section is called (.+)", "没有门类 {0}"),
    (r"a code continues its parent's by one digit", "代码应比上一级多一位，且前几位与上一级相同"),
    (r"a group has at least one class", "中类之下至少有一个小类：没有再分的写中类加 0"),
    (r"no industry has this code", "GB/T 4754 里没有这个代码"),
    (r"is not two to four digits", "应为 2 至 4 位数字"),
    (r"two rows in force on one day", "同一天有两行同时有效"),
    (r"a step nobody may take must be left out", "没有人能办的步骤不要写"),
    (r"neither a basis nor park_rule = true", "要么写 basis，要么写 park_rule = true（园区自定）"),
    (r"(basis|evidence) (.+) is not defined", "{0} {1} 没有定义"),
    (r"two rows for one step", "同一状态的同一步写了两行"),
    (r"a distance is kept from something: name at least one kind", "距离总是距什么的距离：至少写一种对象"),
    (r"without metres the rule must say what to ask, and of whom", "没有写米数的规则，要写明问什么、问谁"),
    (r"metres must be above 0", "米数应大于 0"),
    (r"otherwise names (.+), which stands nowhere before it", "otherwise 写的 {0} 不在它前面：先写那一种，再写这一种"),
    (r"two rows are open to the same level", "两行对同一级别开放"),
    (r"limit (.+) is not defined in data/deadlines", "期限 {0} 不在 data/deadlines 里"),
    (r"'(.+)' is not a valid (\w+)", "{0} 不是允许的值（{1}）"),
    # the 禁限控 catalogue and park editions
    (r"title, clause and source must all be stated", "title、clause、source 都要写"),
    (r"repealed_on must be after effective_from", "repealed_on 应在 effective_from 之后"),
    (
        r"needs at least one condition in \[entry.match\], a limit or derived_from; an empty one would meet every project",
        "至少要有一个条件（[entry.match]、limits 或 derived_from）；没有条件会命中所有项目",
    ),
    (r"flag “(.+)” is not in restriction_terms/flags.toml", "是非题“{0}”不在 restriction_terms/flags.toml 里"),
    (r"fuel “(.+)” is not in restriction_terms/fuels.toml", "燃料“{0}”不在 restriction_terms/fuels.toml 里"),
    (r"industry “(.+)” must be a GB/T 4754 prefix of 2 to 4 digits", "行业“{0}”应为 GB/T 4754 的 2 至 4 位代码"),
    (r"CAS (.+) has a wrong check digit", "CAS 号 {0} 的校验位不符"),
    (r"except_(.+) without (.+) excludes nothing", "写了 except_{0} 而没有写 {1}，排除不了任何东西"),
    (r"certain_words and certain_question belong together", "certain_words 与 certain_question 要一起写"),
    (r"powder_only and powder_words belong together", "powder_only 与 powder_words 要一起写"),
    (r"until belongs to op = between, and to no other", 'until 只与 op = "between" 一起用'),
    (r"between (.+) and (.+) is empty", "{0} 与 {1} 之间没有值"),
    (r"unit “(.+)” cannot be converted; add it to units.py or correct it", "单位“{0}”不能换算；改成认识的单位，或请程序员加到 units.py"),
    (r"refs names (.+), which no list has", "refs 写的 {0} 不在任何清单里"),
    (r"yields_to names (.+), which no list has", "yields_to 写的 {0} 不在任何清单里"),
    (r"derived_from names (.+), with which no id begins", "derived_from 写的 {0} 不是任何编号的开头"),
    (r"approver must be stated", "要写批准人（approver）"),
    (r"no entry has this id", "没有这个编号的条目"),
    (r"reason must be stated", "要写理由（reason）"),
    (r"two different people must confirm", "须由两个不同的人核对"),
    (r"reason and approver must be stated", "理由（reason）和批准人（approver）都要写"),
    (r"this id stands already; a stricter version belongs under \[\[tighten\]\]", "编号已有；加严的写在 [[tighten]] 下"),
    (r"(.+) = (.+) is softer than (.+); a park may only tighten", "{0} = {1} 比 {2} 宽；园区只能加严"),
    (r"limit_value needs an entry with exactly one limit", "limit_value 只用于恰有一个限值的条目"),
    (r"limit_value = (.+) catches less than (.+); a park may only tighten", "limit_value = {0} 比 {1} 宽；园区只能加严"),
)
_COMPILED = tuple((re.compile(pattern), sentence) for pattern, sentence in _SENTENCES)
_POSITION = re.compile(r"at line (\d+), column (\d+)")


def in_chinese(reason: str) -> str | None:
    """The reason for people, or None when there is no translation."""
    for pattern, sentence in _COMPILED:
        found = pattern.fullmatch(reason)
        if found:
            return sentence.format(*(_word(one or "") for one in found.groups()))
    return None


def _word(text: str) -> str:
    at = _POSITION.fullmatch(text)
    if at:
        return f"第 {at[1]} 行第 {at[2]} 列"
    if text == "at end of document":
        return "文件末尾"
    kinds = [_KINDS.get(one, one) for one in text.split(" | ")]
    return "或".join(kinds)
