"""Sixty fictional enterprises in the industry mix of a ceramics park: their trades, names, codes, people and risks.

No name is a real one and every one ends with （虚构）; credit codes carry a region code that is not assigned, so they pass the check of
GB 32100-2015 and belong to nobody.
"""

from collections.abc import Sequence
from random import Random

import msgspec
from faker import Faker

from rules.credit_code import check_character_of
from rules.terms import EnterpriseRisk
from scripts.demo_parts.park import ZONES, spot_in

_BODY = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_REGION = "91439900"


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """A trade in the park: GB/T 4754-2017 code, what stands in the names, how many, in which zone, how large, with which risks."""

    code: str
    name: str
    count: int
    zone: int
    staff: tuple[int, int]
    risks: tuple[EnterpriseRisk, ...] = ()


class EnterprisePlan(msgspec.Struct, frozen=True, kw_only=True):
    """One enterprise to be. `place` is its position in the list, which names its accounts."""

    place: int
    name: str
    short_name: str
    credit_code: str
    industry_code: str
    zone: int
    grid: int
    address: str
    staff_count: int
    legal_representative: str
    principal: str
    principal_phone: str
    safety_officer: str
    safety_phone: str
    latitude: float
    longitude: float
    risks: tuple[EnterpriseRisk, ...]


_CONFINED = (EnterpriseRisk.CONFINED_SPACE,)
_DUST = (EnterpriseRisk.DUST_EXPLOSION,)

# The first six have accounts printed at the start, and the park's major hazards are found at some of them.
FIRST = (
    Trade(code="3074", name="日用瓷", count=2, zone=0, staff=(180, 420), risks=_CONFINED),
    Trade(code="3054", name="日用玻璃", count=1, zone=2, staff=(220, 300), risks=_CONFINED),
    Trade(code="3391", name="铸造", count=1, zone=1, staff=(90, 140), risks=_CONFINED),
    Trade(code="3841", name="锂电", count=1, zone=2, staff=(160, 260)),
    Trade(code="3071", name="建筑陶瓷", count=1, zone=0, staff=(320, 520), risks=_CONFINED),
)
REST = (
    Trade(code="3834", name="电瓷", count=10, zone=1, staff=(60, 380), risks=_CONFINED),
    Trade(code="3074", name="日用瓷", count=12, zone=0, staff=(40, 320), risks=_CONFINED),
    Trade(code="3071", name="建筑陶瓷", count=2, zone=0, staff=(240, 480), risks=_CONFINED),
    Trade(code="3075", name="艺术陶瓷", count=4, zone=0, staff=(12, 80)),
    Trade(code="3054", name="玻璃制品", count=1, zone=2, staff=(80, 200), risks=_CONFINED),
    Trade(code="3055", name="玻璃容器", count=1, zone=2, staff=(90, 180), risks=_CONFINED),
    Trade(code="3057", name="镜业", count=1, zone=2, staff=(40, 90)),
    Trade(code="3051", name="特种玻璃", count=1, zone=2, staff=(60, 150)),
    Trade(code="2643", name="釉料颜料", count=3, zone=2, staff=(25, 90)),
    Trade(code="3391", name="铸件", count=2, zone=1, staff=(40, 120)),
    Trade(code="3392", name="铝铸", count=1, zone=1, staff=(40, 110), risks=_DUST),
    Trade(code="3484", name="机械零部件", count=2, zone=1, staff=(30, 120)),
    Trade(code="3311", name="金属结构", count=1, zone=1, staff=(35, 110), risks=_DUST),
    Trade(code="3515", name="陶瓷机械", count=1, zone=1, staff=(50, 160)),
    Trade(code="3982", name="电路板", count=2, zone=2, staff=(90, 320)),
    Trade(code="3981", name="电子元件", count=3, zone=2, staff=(60, 260)),
    Trade(code="3841", name="电源", count=1, zone=2, staff=(60, 150)),
    Trade(code="2231", name="纸箱包装", count=2, zone=0, staff=(30, 110)),
    Trade(code="2319", name="彩印", count=1, zone=0, staff=(25, 70)),
    Trade(code="5920", name="仓储", count=2, zone=2, staff=(15, 60)),
    Trade(code="5990", name="供应链", count=1, zone=2, staff=(20, 80)),
)

_WORDS = (
    "青禾云溪松岭星桥白鹭石泉映山兰渡清嘉和煦望岳听澜澄怀朴真素白月窑晨釉禾玉溪石竹坞"
    "远岫明台初晴同川汇明恒岭联禾广渡卓然启峰安澜立石顺川宏禾佳岭天穗瑞溪博岚思齐景和"
    "凌波泽远承启朗月嘉树若谷长风云帆沐光行健致远德音怀瑾握瑜秉文济川允中惟新常青乐山"
)
"""What the names begin with: sixty words of two characters."""
_STREETS = (("瓷谷大道", "陶源路"), ("电瓷路", "创新路"), ("新材大道", "科创路"))


def list_enterprises(random: Random, faker: Faker, count: int) -> list[EnterprisePlan]:
    """The first `count` of the sixty enterprises."""
    trades = [trade for group in (FIRST, REST) for trade in group for _ in range(trade.count)]
    places = _interleaved(trades)
    return [_enterprise(place, trade, _WORDS[2 * place : 2 * place + 2], random, faker) for place, trade in enumerate(places)][:count]


def _interleaved(trades: Sequence[Trade]) -> list[Trade]:
    """The first six as listed, then one of each trade in turn, so that a small park already has every trade."""
    first, rest = list(trades[:6]), list(trades[6:])
    turns = sorted(range(len(rest)), key=lambda at: (sum(one is rest[at] for one in rest[:at]), at))
    return [*first, *(rest[at] for at in turns)]


def _enterprise(place: int, trade: Trade, word: str, random: Random, faker: Faker) -> EnterprisePlan:
    zone = ZONES[trade.zone]
    latitude, longitude = spot_in(zone, random)
    first_grid = sum(len(one.grids) for one in ZONES[: trade.zone])
    principal = faker.name()
    return EnterprisePlan(
        place=place,
        name=f"{word}{trade.name}有限公司（虚构）",
        short_name=f"{word}{trade.name}",
        credit_code=credit_code_of(random),
        industry_code=trade.code,
        zone=trade.zone,
        grid=first_grid + random.randrange(len(zone.grids)),
        address=f"示范园区（虚构）{random.choice(_STREETS[trade.zone])}{random.randrange(1, 220)}号",
        staff_count=random.randint(*trade.staff),
        legal_representative=principal if random.random() < 0.7 else faker.name(),
        principal=principal,
        principal_phone=phone_of(random),
        safety_officer=faker.name(),
        safety_phone=phone_of(random),
        latitude=latitude,
        longitude=longitude,
        risks=trade.risks,
    )


def credit_code_of(random: Random) -> str:
    """A well-formed credit code of a region code that is not assigned."""
    body = f"{_REGION}MA{''.join(random.choice(_BODY) for _ in range(7))}"
    return body + check_character_of(body)


def phone_of(random: Random) -> str:
    """A phone number that reads like one and, beginning with 100, belongs to nobody."""
    return f"100{random.randrange(10**8):08d}"
