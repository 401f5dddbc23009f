"""Pages for phones in another language: our words are that reader's, the authority's text stays as it is."""

import re
import string
from pathlib import Path

import templates
from broadcasts.hazards.grades import Grade
from handlers.console.page import pages
from handlers.h5.language import catalogue, says
from handlers.h5.mine import HAZARDS, LEAST
from tests.both_ways import BothWays, both_ways

PAGES = Path(templates.__path__[0]) / "pages" / "h5"
SAID = re.compile(r'\b_\("((?:[^"\\]|\\.)*)"')
HAN = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.S)
TABLES = ("STAGES", "REPORT_STATES", "HINT_STATES", "EVACUATION_WHY", "KNOCKS", "KNOCK_WHY")


def phrases() -> set[str]:
    """Every text that a template says in the reader's language."""
    return {found for path in PAGES.rglob("*.html") for found in SAID.findall(path.read_text(encoding="utf-8"))}


def test_every_phrase_has_its_korean_and_keeps_its_values() -> None:
    korean = catalogue("ko")
    assert phrases() - korean.keys() == set()
    for zh, ko in korean.items():
        assert values(zh) == values(ko), zh
        assert not HAN.search(ko.replace("使用完整服务", "")), ko  # that button is WeChat's own


def values(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_what_tables_say_has_its_korean_too() -> None:
    words = pages().get_template("words.html").module
    told = {said for table in TABLES for said in getattr(words, table).values()}
    told |= {said for table in (HAZARDS, LEAST) for _, said in table}
    assert told - catalogue("ko").keys() == set()


def test_values_are_escaped_and_an_unknown_language_is_chinese() -> None:
    assert says("ko")("订阅 {name}", name="<b>") == "&lt;b&gt; 구독"
    assert says("xx")("订阅 {name}", name="柳湾村") == "订阅 柳湾村"
    assert catalogue("../ko") == {}


async def test_a_korean_reader_reads_korean_and_may_change(tmp_path: Path) -> None:
    async with both_ways(tmp_path, languages="ko") as both:
        await reads_korean(both)


async def test_what_the_county_has_not_switched_on_is_not_offered(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    async with both.reading("zhang") as page:
        await page.open("/h5/mine?by=oa")
        assert "한국어" not in page.text
        await page.press("/h5/mine", do="language", language="ko")
        await page.open("/h5/now?lang=ko")
        assert '<html lang="zh-CN">' in page.text


async def reads_korean(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    await both.world.issue(grade=Grade.orange, places=["柳湾村"])
    link = await both.link("zhang")
    async with both.reading("zhang") as page:
        await page.open("/h5/mine?by=oa")
        await page.press("/h5/mine", do="language", language="ko")
        await page.open(link)
        assert '<html lang="ko">' in page.text
        assert "지금 유효합니다." in page.text
        assert "橙色暴雨" in page.text  # the station's own words
        await page.open("/h5/now")
        assert "<h1>지금 경보 1건</h1>" in page.text
        await page.open("/h5/now?lang=zh-CN")
        assert "<h1>现在有 1 条预警</h1>" in page.text
        await page.open("/h5/shelters")
        assert "还没有登记避难场所" in page.text  # as it was chosen last
