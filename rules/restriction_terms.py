"""Which words does the 禁限控 catalogue use, and what does each figure, flag and outcome mean?

The enumerations of project screening, each stored in English and shown in Chinese. The order of severity stands here once, because every
"strictest wins" reads it; what follows from an effect for one project is `restriction.py`'s question.
"""

from rules.terms import Term


class EntryKind(Term):
    """What an entry of the catalogue does."""

    PROHIBITED = "prohibited", "禁止"
    RESTRICTED = "restricted", "限制"
    CONTROLLED = "controlled", "控制"
    ENCOURAGED = "encouraged", "鼓励"


class Effect(Term):
    """What follows when an entry is met."""

    REFUSE = "refuse", "不予准入"
    PHASE_OUT = "phase_out", "限期淘汰"
    REVIEW = "review", "人工研判"
    CONDITIONAL = "conditional", "附条件"
    NOTICE = "notice", "提示"
    PREFERRED = "preferred", "优先"


class Outcome(Term):
    """What a screening says. `ALLOWED` and `PREFERRED` both raise no objection."""

    REFUSE = "refuse", "不予准入"
    PHASE_OUT = "phase_out", "限期淘汰"
    REVIEW = "review", "人工研判"
    CONDITIONAL = "conditional", "附条件"
    ALLOWED = "allowed", "允许"
    PREFERRED = "preferred", "优先"
    OUTSIDE_PARK = "outside_park", "园区外不适用"


class Layer(Term):
    """Who made the entry; an adopted park edition is `PARK`, a draft nobody has issued is `PARK_PROPOSAL`."""

    NATIONAL = "national", "国家"
    PROVINCIAL = "provincial", "湖南省"
    PARK = "park", "园区"
    PARK_PROPOSAL = "park_proposal", "园区建议"


class Confidence(Term):
    """How sure the collector of an entry was of its wording."""

    HIGH = "high", "高"
    MEDIUM = "medium", "中"
    LOW = "low", "低"


class DateStatus(Term):
    """What an entry's date is worth: a placeholder or an estimate must not decide whether the entry binds on a day."""

    GIVEN = "given", "按来源"
    ESTIMATED = "estimated", "估值，待核"
    PLACEHOLDER = "placeholder", "占位日，不作时效判断"


class BuildType(Term):
    """The kind of construction; it chooses between the effect for new and for existing plant."""

    NEW = "new", "新建"
    EXPANSION = "expansion", "扩建"
    RELOCATION = "relocation", "迁建"
    ALTERATION = "alteration", "改建"
    TECHNICAL_UPGRADE = "technical_upgrade", "技改"


class Area(Term):
    """Where a project may stand, as far as the catalogue distinguishes."""

    PARK = "park", "经开区内"
    OUTSIDE_COMPLIANT_PARK = "outside_compliant_park", "合规园区外"
    CHEMICAL_PARK = "chemical_park", "化工园区内"


class SubstanceList(Term):
    """A published list a substance can stand on."""

    KEY_REGULATED_74 = "key_regulated_74", "重点监管危险化学品"
    SPECIAL_CONTROL_20 = "special_control_20", "特别管控危险化学品"
    EXPLOSIVE_PRECURSOR_2017 = "explosive_precursor_2017", "易制爆危险化学品"
    DRUG_PRECURSOR = "drug_precursor", "易制毒化学品"
    HIGHLY_TOXIC = "highly_toxic", "剧毒化学品"
    GB18218_TABLE_1 = "gb18218_table_1", "GB 18218 表1"
    HAZARDOUS_LISTED = "hazardous_listed", "危险化学品目录列名"
    NOT_HAZARDOUS = "not_hazardous", "非危险化学品（对照）"
    HAZARDOUS = "hazardous", "危险化学品"
    EXPLOSIVE = "explosive", "爆炸物"
    TOXIC_OR_FLAMMABLE_GAS = "toxic_or_flammable_gas", "有毒气体或易燃气体"


class Role(Term):
    """What a substance or product is in the project."""

    PRODUCT = "product", "产品"
    BY_PRODUCT = "by_product", "副产"
    RAW_MATERIAL = "raw_material", "原料"
    ADDITIVE = "additive", "助剂"


class RoleRule(Term):
    """Which roles an entry is about."""

    PRODUCT = "product", "产品"
    PRODUCT_OR_ADDITIVE = "product_or_additive", "产品或助剂"


class Scope(Term):
    """Per what a figure is counted."""

    LINE = "line", "单线"
    PLANT = "plant", "全厂"
    SHIFT = "shift", "单班"
    UNIT = "unit", "单台"
    PROJECT = "project", "项目"
    PRODUCT = "product", "产品"
    INSTALLATION = "installation", "单元"
    SUBSTANCE = "substance", "单品"
    BOUNDARY = "boundary", "项目边界"
    BUILDING = "building", "建筑"


class Holder(Term):
    """On what a figure is declared."""

    PRODUCT = "product", "产品"
    EQUIPMENT = "equipment", "设备"
    MATERIAL = "material", "物料"
    PROJECT = "project", "项目"


class Figure(Term):
    """A figure the catalogue sets limits on."""

    holder: Holder
    question: str
    whom: str

    def __new__(cls, value: str, label: str = "", holder: Holder = Holder.PROJECT, question: str = "", whom: str = "") -> "Figure":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.holder = holder
        member.question = question or f"“{{subject}}”的{label}是多少？请写明数值和单位"
        member.whom = whom or "企业（备案表或环评文件）"
        return member

    CAPACITY = "capacity", "产能", Holder.PRODUCT, "“{subject}”的产能是多少？请写明数值、单位和口径（{scope}）"
    WIDTH = "width", "宽度", Holder.PRODUCT
    DIAMETER = "diameter", "直径", Holder.PRODUCT
    NOMINAL_FORCE = "nominal_force", "公称力", Holder.PRODUCT
    VOLTAGE = "voltage", "电压", Holder.PRODUCT
    STRENGTH_GRADE = "strength_grade", "性能等级", Holder.PRODUCT
    PRESSURE = "pressure", "压力", Holder.PRODUCT
    FLUSH_VOLUME = "flush_volume", "冲洗水量", Holder.PRODUCT
    MERCURY_CONTENT = "mercury_content", "汞含量", Holder.PRODUCT
    CADMIUM_CONTENT = "cadmium_content", "镉含量", Holder.PRODUCT
    ARSENIC_CONTENT = "arsenic_content", "砷含量", Holder.PRODUCT
    SINTERING_AREA = "sintering_area", "烧结面积", Holder.EQUIPMENT
    EFFECTIVE_VOLUME = "effective_volume", "有效容积", Holder.EQUIPMENT
    NOMINAL_CAPACITY = "nominal_capacity", "公称容量", Holder.EQUIPMENT
    TRANSFORMER_RATING = "transformer_rating", "变压器容量", Holder.EQUIPMENT
    MELTING_RATE = "melting_rate", "熔化率", Holder.EQUIPMENT
    RATING = "rating", "容量", Holder.EQUIPMENT
    EQUIPMENT_DIAMETER = "equipment_diameter", "直径", Holder.EQUIPMENT
    CHAMBER_HEIGHT = "chamber_height", "炭化室高度", Holder.EQUIPMENT
    HEIGHT = "height", "高度", Holder.EQUIPMENT
    FURNACE_CAPACITY = "furnace_capacity", "炉容", Holder.EQUIPMENT
    CURRENT = "current", "电流", Holder.EQUIPMENT
    DOOR_COUNT = "door_count", "门数", Holder.EQUIPMENT
    CYLINDER_TONNAGE = "cylinder_tonnage", "单缸吨位", Holder.EQUIPMENT
    ANNUAL_USE = "annual_use", "年使用量", Holder.MATERIAL
    MAX_STORAGE = "max_storage", "最大存量", Holder.MATERIAL, "“{subject}”的设计最大存量是多少吨（不是年用量）？"
    ENERGY_TO_BENCHMARK = (
        "energy_to_benchmark",
        "单位产品能耗/标杆值",
        Holder.PROJECT,
        "单位产品能耗与标杆值之比是多少？",
        "企业（节能报告）、发改部门",
    )
    ENERGY_TO_BASELINE = (
        "energy_to_baseline",
        "单位产品能耗/基准值",
        Holder.PROJECT,
        "单位产品能耗与基准值之比是多少？",
        "企业（节能报告）、发改部门",
    )
    INSTALLATION_S = "installation_s", "S", Holder.PROJECT, "各危险化学品的设计最大存量是多少（计算 S=Σq/Q）？"
    INSTALLATION_R = (
        "installation_r",
        "R",
        Holder.PROJECT,
        "重大危险源 R 值是多少（厂外暴露人数、各物质 β）？",
        "企业（重大危险源评估报告）",
    )
    STAFF_PER_BUILDING = "staff_per_building", "单体作业人数", Holder.PROJECT, "单体厂房同时作业的最大人数是多少？"
    DISTANCE_MAIN_OR_TRIBUTARY = (
        "distance_main_or_tributary", "距干支流岸线",
        Holder.PROJECT, "项目边界距湘江干流、渌江及其他支流岸线各多少米？", "规划部门（GIS 测距）"
    )  # fmt: skip
    DISTANCE_HUNAN_MAIN_RIVERS = (
        "distance_hunan_main_rivers", "距湘资沅澧干流洞庭湖岸线",
        Holder.PROJECT, "项目边界距湘江干流岸线多少米？", "规划部门（GIS 测距）"
    )  # fmt: skip
    DISTANCE_YANGTZE_MAIN = (
        "distance_yangtze_main", "距长江干流岸线", Holder.PROJECT, "项目距长江干流岸线多少米？", "规划部门（GIS 测距）"
    )  # fmt: skip
    DISTANCE_IMPORTANT_TRIBUTARY = (
        "distance_important_tributary", "距重要支流岸线", Holder.PROJECT, "项目距重要支流岸线多少米？", "规划部门（GIS 测距）"
    )  # fmt: skip
    DISTANCE_SENSITIVE_BUILDING = (
        "distance_sensitive_building", "距敏感建筑",
        Holder.PROJECT, "甲乙类厂房仓库距最近民用建筑、重要公共建筑多少米？", "规划部门（GIS 测距）"
    )  # fmt: skip


SEVERITY: dict[Outcome, int] = {
    Outcome.REFUSE: 5,
    Outcome.PHASE_OUT: 4,
    Outcome.REVIEW: 3,
    Outcome.CONDITIONAL: 2,
    Outcome.ALLOWED: 1,
    Outcome.PREFERRED: 1,
    Outcome.OUTSIDE_PARK: 0,
}
"""How strict an outcome is. An encouraged project without objections is no stricter and no softer than an allowed one."""

EFFECT_SEVERITY: dict[Effect, int] = {
    Effect.REFUSE: 5,
    Effect.PHASE_OUT: 4,
    Effect.REVIEW: 3,
    Effect.CONDITIONAL: 2,
    Effect.NOTICE: 1,
    Effect.PREFERRED: 0,
}
