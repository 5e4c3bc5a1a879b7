"""Are catalogue words found whole, undenied and in every text that holds them?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.project import text_form
from rules.term_index import TermIndex, word_of


@pytest.mark.parametrize(
    ("word", "text", "stands"),
    [
        ("YB系列", "YB系列隔爆电机", True),
        ("YB系列", "TYB系列电机", False),
        ("Y系列", "YB系列电机", False),
        ("L-10/8", "L-10/8型空压机", True),
        ("L-10/8", "4L-10/8空压机", False),
        ("L-10/8", "L-10/80空压机", False),
        ("L-10/7", "L-10/7.5空压机", False),
        ("1211", "SL1211灭火器", False),
        ("1211", "1211灭火剂", True),
        ("8-18系列", "9-19系列风机", False),
        ("TQ60", "TQ60/80塔式起重机", False),
        ("含氰", "不含氰镀锌", False),
        ("铅浴炉", "无铅浴炉", False),
        ("摩擦压砖机", "拆除原有摩擦压砖机", False),
        ("蒸压", "非蒸压养护", False),
        ("非蒸压", "非蒸压养护", True),
        ("含氰", "不含氰镀锌、含氰镀铜", True),
        ("燃煤+锅炉", "燃煤链条蒸汽锅炉", True),
        ("燃煤+锅炉", "燃煤热风炉", False),
        ("LNG+罐", "30m³LNG储罐", True),
        ("abs", "ＡＢＳ树脂", True),
        ("玻璃+瓶", "玻 璃 酒 瓶", True),
        ("煤气发生炉", "拆除一段式煤气发生炉", False),
        ("燃煤锅炉", "4t/h燃煤锅炉（已拆除）", False),
        ("燃煤锅炉", "10t/h燃煤锅炉改为天然气锅炉", False),
        ("燃煤锅炉", "淘汰原有2台4t/h燃煤锅炉，新增6t/h燃煤锅炉", True),
        ("燃煤锅炉", "拆除生物质锅炉改建燃煤锅炉", True),
        ("燃煤锅炉", "4t/h燃煤锅炉（拆除旧电锅炉）", True),
        ("一段式煤气发生炉", "淘汰类一段式煤气发生炉", True),
        ("粘土砂", "黏土砂手工造型", True),
    ],
)
def test_a_word_stands_whole_and_undenied(word: str, text: str, stands: bool) -> None:
    assert word_of(word).occurs(text_form(text)) is stands


@given(
    st.lists(st.text("甲乙丙丁戊己AB12-", min_size=1, max_size=4), min_size=1, max_size=30, unique=True),
    st.text("甲乙丙丁戊己AB12-", max_size=12),
)
def test_the_index_finds_what_looking_for_each_word_finds(words: list[str], text: str) -> None:
    index: TermIndex[str] = TermIndex()
    for word in words:
        index.add(word, word)
    index.compile()
    form = text_form(text)
    found = {payload for _, payloads in index.find(form) for payload in payloads}
    assert found == {word for word in words if word_of(word).occurs(form)}
