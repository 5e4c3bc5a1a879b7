"""What do the fictional enterprises store, as units of GB 18218?

Amounts as such trades have them: two stores stand close under the threshold, and one over it.
"""

from scripts.demo_parts.risk_story import Store, stored

_PIPED_GAS = Store(
    name="天然气调压与管道（管存量）", chemicals=(stored("天然气", "0.35", purpose="管道天然气，窑炉燃料"),), point="燃气调压站"
)
_GAS_CYLINDERS = Store(name="液化气瓶组间", chemicals=(stored("液化石油气", "0.8", purpose="梭式窑燃料，50 kg 瓶 16 只"),), point="梭式窑")
_GAS_TANKS = Store(
    name="液化石油气储罐区",
    chemicals=(stored("液化石油气", "60", purpose="两台储罐，辊道窑燃料"),),
    residents=64,
    point="液化石油气储罐区",
)
_DENITRATION = Store(
    name="液氧站与脱硝液氨站",
    chemicals=(
        stored("氧(压缩的或液化的)", "45", purpose="全氧助燃"),
        stored("液氨", "6.5", physical_state="液态", purpose="烟气脱硝"),
    ),
    residents=30,
    point="氧站",
)
_TIN_BATH = Store(
    name="制氢与氨分解站",
    chemicals=(
        stored("氢", "0.05", purpose="锡槽保护气"),
        stored("液氨", "9.5", physical_state="液态", purpose="氨分解制氢"),
    ),
    residents=30,
    point="制氢与氨分解站",
)
_BATTERY_SOLVENTS = Store(
    name="电解液库与供液间",
    chemicals=(
        stored("电解液（碳酸酯类）", "18", categories=("W5.3",), purpose="注液"),
        stored("乙醇", "0.4", purpose="擦洗设备"),
    ),
    point="电解液库",
)
_COLD_STORE = Store(
    name="制冷机房", chemicals=(stored("液氨", "9.2", physical_state="液态", purpose="冷库制冷剂"),), residents=12, point="氨制冷系统"
)
_PAINT = Store(
    name="油漆与气瓶暂存间",
    chemicals=(
        stored("油漆、稀释剂", "1.6", categories=("W5.3",), purpose="喷漆调漆"),
        stored("乙炔", "0.06", purpose="气割，瓶装"),
        stored("氧气", "0.2", purpose="气割，瓶装"),
    ),
    point="油漆、稀释剂暂存间",
)
_INK = Store(
    name="油墨溶剂柜", chemicals=(stored("油墨、清洗剂", "0.6", categories=("W5.3",), purpose="印刷"),), point="油漆、稀释剂暂存间"
)
_BY_TRADE = (
    ("3051", (_TIN_BATH, _PIPED_GAS)),
    ("3054", (_DENITRATION, _PIPED_GAS)),
    ("3841", (_BATTERY_SOLVENTS,)),
    ("5920", (_COLD_STORE,)),
    ("2319", (_INK,)),
    ("33", (_PAINT,)),
    ("34", (_PAINT,)),
    ("35", (_PAINT,)),
)


def stores_of(industry_code: str, *, has_tanks: bool, has_pipe: bool) -> tuple[Store, ...]:
    """The units of an enterprise: ceramics burn what comes by pipe, from cylinders, or from tanks of their own."""
    if industry_code.startswith(("307", "3834")):
        return (_GAS_TANKS,) if has_tanks else (_PIPED_GAS,) if has_pipe else (_GAS_CYLINDERS,)
    return next((stores for code, stores in _BY_TRADE if industry_code.startswith(code)), ())
