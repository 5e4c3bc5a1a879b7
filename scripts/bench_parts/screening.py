"""Measure screening: projects per second of processor time on the packaged catalogue, and on one made ten times larger, on one core.

Requests are drawn with a fixed seed from the vocabulary of the local industries, eight to thirty strings each, some of them hits. The
larger catalogue repeats every entry nine times with other words, industries and substances of the same shape, so that it grows while the
projects stay what they are. Prints medians of alternating runs; the bar is 2,000 a second and a cost that grows less than the catalogue.
"""

import argparse
import random
import statistics
import time
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from rules.restriction import Catalogue, load_catalogue
from rules.restriction_data import Entry, Limit
from rules.screening_requests import answer_screen

_TRADES: tuple[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "3074", ("日用瓷", "陶瓷酒瓶", "骨质瓷餐具"),
        ("球磨", "练泥", "滚压成型", "施釉", "烧成", "彩绘"),
        ("球磨机", "板框压滤机", "梭式窑", "隧道窑", "辊道窑"),
    ),
    (
        "3834", ("瓷绝缘子", "高压瓷套", "棒形支柱绝缘子"),
        ("球磨", "真空练泥", "修坯", "烧成", "胶装"),
        ("真空练泥机", "抽屉窑", "榨泥机", "行车"),
    ),
    (
        "3071", ("仿古砖", "抛釉砖", "陶瓷板"),
        ("喷雾干燥", "压制成型", "施釉", "烧成"),
        ("自动压砖机", "辊道窑", "喷雾塔"),
    ),
    (
        "3055", ("玻璃酒瓶", "喷涂玻璃瓶", "玻璃罐"),
        ("自动配料", "熔化", "制瓶", "退火", "喷涂", "烤花"),
        ("玻璃窑炉", "行列式制瓶机", "喷涂线", "烤花炉"),
    ),
    (
        "3391", ("灰铸铁件", "球墨铸铁件"),
        ("熔化", "粘土砂造型", "浇注", "抛丸", "打磨"),
        ("中频感应电炉", "静压造型线", "抛丸机"),
    ),
    (
        "3841", ("磷酸铁锂电池", "电芯"),
        ("配料", "涂布", "注液", "化成", "分容"),
        ("涂布机", "注液机", "化成柜"),
    ),
    (
        "2641", ("水性涂料", "溶剂型涂料"),
        ("分散", "研磨", "调漆", "灌装"),
        ("分散机", "砂磨机", "储罐"),
    ),
    (
        "3389", ("五金件", "法兰"),
        ("冲压", "机加工", "酸洗", "电镀锌"),
        ("冲床", "数控车床", "4t/h天然气锅炉", "空压机"),
    ),
)  # fmt: skip
_MATERIALS: tuple[dict[str, Any], ...] = (
    {"name": "高岭土"},
    {"name": "长石"},
    {"name": "石英砂"},
    {"name": "甲苯", "cas": "108-88-3", "annual_t": 5, "max_storage_t": 0.5},
    {"name": "盐酸", "cas": "7647-01-0", "concentration": 31, "max_storage_t": 2},
    {"name": "水性漆", "annual_t": 12},
    {"name": "天然气", "cas": "74-82-8", "storage": "管道"},
    {"name": "包装纸箱"},
    {"name": "氢氧化钠", "max_storage_t": 1},
)


def main() -> None:
    """Run the measurement and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=10)
    given = parser.parse_args()
    requests = list(draw_requests(given.projects))
    started = time.perf_counter()
    packaged = load_catalogue()
    compiled = time.perf_counter() - started
    larger = enlarge(packaged, given.times)
    catalogues = {"as packaged": packaged, f"{given.times} times": larger}
    rates: dict[str, list[float]] = {name: [] for name in catalogues}
    for _ in range(given.rounds):
        for name, catalogue in catalogues.items():
            rates[name].append(_rate(catalogue, requests))
    print(f"\nscreening {len(requests)} projects on one core, median of {given.rounds} alternating runs; compiled in {compiled:.2f} s")
    print(f"{'catalogue':<14}{'entries':>9}{'projects/s':>13}{'µs/project':>13}")
    for name, catalogue in catalogues.items():
        rate = statistics.median(rates[name])
        print(f"{name:<14}{len(catalogue.entries):>9}{rate:>13,.0f}{1e6 / rate:>13,.0f}")
    growth = statistics.median(rates["as packaged"]) / statistics.median(rates[f"{given.times} times"])
    print(f"cost grows {growth:.2f} × while the catalogue grows {len(larger.entries) / len(packaged.entries):.1f} ×\n")


def draw_requests(count: int) -> Iterator[dict[str, Any]]:
    """Requests of the shape notices give, the same ones every time."""
    dice = random.Random(20261122)  # noqa: S311 - a fixed draw, nothing secret
    for number in range(count):
        code, products, processes, equipment = dice.choice(_TRADES)
        yield {
            "id": number,
            "on": "2026-11-22",
            "name": f"虚构{number}号{products[0]}项目",
            "build_type": dice.choice(["新建", "扩建", "技改"]),
            "industry_codes": [code],
            "products": [
                {"name": f"{one}{dice.randrange(900)}型", "capacity": dice.randrange(1, 900), "unit": "万件/年", "scope": "单线"}
                for one in dice.sample(products, dice.randrange(1, len(products)))
            ],
            "processes": [f"{one}{dice.randrange(9)}" for one in processes],
            "equipment": [f"{one}{dice.randrange(900)}型" for one in equipment],
            "fuels": [dice.choice(["天然气", "电"])],
            "materials": [dict(one) for one in dice.sample(_MATERIALS, dice.randrange(2, 7))],
            "flags": {"产品含危险化学品": False, "生产储存危化品或伴生": False},
            "location": {"in_park": True, "dist_lujiang_m": dice.randrange(200, 9000), "dist_xiangjiang_main_m": 30000},
            "max_staff_per_building": dice.randrange(5, 90),
        }


def enlarge(catalogue: Catalogue, times: int) -> Catalogue:
    """The catalogue with every entry that names something repeated under other words, industries and substances."""
    entries: list[Entry] = list(catalogue.entries)
    for copy in range(1, times):
        entries.extend(_other(one, copy) for one in catalogue.entries if one.match.industries or _has_words(one))
    return Catalogue(entries, catalogue.terms, edition=f"{times} times")


def _has_words(entry: Entry) -> bool:
    match = entry.match
    return bool(match.products or match.processes or match.equipment or match.substances)


def _other(entry: Entry, copy: int) -> Entry:
    """The entry about something else of the same shape."""
    match = entry.match

    def words(texts: Iterable[str]) -> tuple[str, ...]:
        return tuple("".join(chr(ord(sign) + 7 * copy) if "一" <= sign <= "龟" else sign for sign in text) + f"型{copy}" for text in texts)

    def codes(prefixes: Iterable[str]) -> tuple[str, ...]:
        return tuple(
            f"{int(prefix) * 7 + copy * 311:0{len(prefix)}d}"[-len(prefix) :] if len(prefix) == 4 else f"0{copy}" for prefix in prefixes
        )

    def limit(one: Limit) -> Limit:
        return msgspec.structs.replace(one, words=words(one.words), cas=one.cas and f"{one.cas}-{copy}")

    return msgspec.structs.replace(
        entry,
        id=f"{entry.id}~{copy}",
        match=msgspec.structs.replace(
            match,
            industries=codes(match.industries),
            products=words(match.products),
            except_products=words(match.except_products),
            processes=words(match.processes),
            except_processes=words(match.except_processes),
            equipment=words(match.equipment),
            except_equipment=words(match.except_equipment),
            substances=tuple(f"{cas}-{copy}" for cas in match.substances),
        ),
        limits=tuple(limit(one) for one in entry.limits),
        yields_to=(),
        derived_from=(),
    )


def _rate(catalogue: Catalogue, requests: list[dict[str, Any]]) -> float:
    started = time.process_time()
    for one in requests:
        answer_screen(one, catalogue)
    return len(requests) / (time.process_time() - started)


if __name__ == "__main__":
    main()
