"""Cries that no single word makes: who is inside what fell, up on a roof, stuck in mud, not come home. Pure. What is
denied, done there on purpose, or over does not fit the shape."""

import re

from handlers.chat.understand.losses import loss_of
from handlers.chat.understand.words import folded

SENTENCES = re.compile(r"[。.！!？?；;\n]+")
SOME = "[0-9一二两三四五六七八九十几]"
KIN = (
    "老人|老伴|老头|老太|老公|老婆|老汉|爸|妈|爹|娘|爷爷|奶奶|公公|婆婆|孩子|小孩|娃儿?|儿子|女儿"
    "|大爷|大娘|大伯|大妈|大叔"
)
OTHERS = f"(?:{KIN}|学生|工人|村民|群众|人)"
ANYBODY = f"(?:{OTHERS}|我们?|俺们?|咱们?)"
HUMAN = f"(?:{OTHERS}(?![家口员住居参]))"
STILL = "(?:都|也|还|全|现在|已经|可能|好像|被|不小心|整个|半截|突然)*"
END = "(?=$|[,，、了啊呀呢]|没|出不|下不|逃不|跑不|怎么|快|救)"
WITHIN = "(?:里面|里头|里边|屋里|屋内|房里|楼里|车里|车内|车上|下面|底下)"
FALLEN = "(?:塌|垮|倒了|倒下|埋|淹|冲走|着火|起火|着了|烧了|燃|冒烟|水涨|涨水|爆炸|泥石流)"
CLEAR = re.compile(  # what is said behind it: 里面有人，|已经救出来了, and not 已救出一个
    "(?:已|都|全|也)[^,，没未]{0,6}(?:救出|出来|撤出|撤离|转移|劝离|脱险|安全)(?:来|去)?(?!了?[0-9一二两三四五六七八九十几])"
    "|^的(?!时候)[^,，]{0,8}(?:演练|演习|人都?出来了)"
)
AT_WORK = (
    "(?:正在?|在|忙着|帮忙)?(?:修|补|盖|装|晒|检|捡|铺|看(?![着见到])|打扫|清|扫|收|做|干|拍|架|换|安装|拆|种|浇|乘凉|玩|摘|采"
    "|掏|巡|量|测|搭|挂|刷|抢修|施工|作业|值|守|设|观|睡|开会|等通知)"
)
MANY = f"(?:{SOME}+[个名位]?|一家|好几个)?"
SOMEBODY = f"(?:{WITHIN}{STILL}有(?:没有)?{MANY}{HUMAN}|{ANYBODY}{STILL}在{WITHIN}(?!的人))(?!{AT_WORK})"
BEASTS = "(?:马蜂|胡蜂|蜜蜂|野蜂|蜂子|黄蜂|野猪|牛|狗|蛇|猪|马|熊|驴|羊)"
HARMS = "(?:顶|撞|踢|咬|蜇|蛰|抓|拱|拖)"

NUMBER = f"(?:{SOME}+[个名位])?"
FALL_UNSAID = "(?<!防)(?<!防止)(?<!小心)(?<!怕)"
INSIDE = (
    f"{FALLEN}.{{0,12}}?{SOMEBODY}",  # 房子塌了，里面有两个人
    f"{SOMEBODY}.{{0,8}}?{FALLEN}",
    f"(?<![室场群部会库])(?:里面|里头|里边|车里|车上|车内){STILL}还有{NUMBER}{HUMAN}{END}",  # 车里还有人
    f"(?:屋|楼|房)里{STILL}还有{NUMBER}{HUMAN}没(?:有)?(?:出|下|跑|逃)",
    f"(?<!会议室)还有{NUMBER}{HUMAN}在(?:里面|里头|里边|车里){END}",
    f"{OTHERS}还在(?:里面|里头|里边|车里){END}",
)
UP = (
    f"(?:{ANYBODY}|家|{SOME}口)(?:现在|都|全|还|几个)*在(?:[屋房楼]顶|树上)(?!上?{AT_WORK})",  # and not 我在房顶修瓦
    f"(?:{ANYBODY}|[屋房楼]顶上?|树上|[二三四]楼|楼上|崖上)下不来(?!台)",
    "^下不来了?$",
)
LONG = "(?:一直|到现在|一[晚夜天]上?|昨[晚夜天]|晚上|今[晚天]|还|都)*"
THERE = "(?:还|就|一直|人)?在[^,，]{0,5}(?:家|地里|城|医院|打工|上班)"  # where they are, so that nobody is missed
AWAY = (f"(?:{KIN}|的人){STILL}{LONG}(?:没有?|未)回[来家]了?(?=$|[,，、](?!{THERE}))",)
STUCK = (
    f"{FALL_UNSAID}(?:摔|跌|滑)(?:倒|了|跤|下|伤)+[^,，]{{0,4}}(?:起不来|站不起|爬不起|动不了|不能动)",
    f"{FALL_UNSAID}(?:{KIN}){STILL}(?:摔|跌)倒了",
    f"(?:^|[,，]|{ANYBODY}|脚|腿){STILL}陷(?:进|在|入|到)?了?[烂淤稀黄]?(?:泥|淤|沼泽|流沙)(?!石)(?![里中]?了?的)",
    f"(?<!没有)(?<!没){ANYBODY}{STILL}陷进去(?!的)",
    "(?:脚|腿|手(?![机刹推表])|身子|身体)[^,，]{0,6}拔不出",
)
BITTEN = (f"(?<![防怕会])(?<!预防)(?<!小心)(?:牛|狗|蛇|猪|马|熊|蜂){HARMS}[到着伤了]*人(?![工的])",)
SHAPES = tuple(map(re.compile, (*INSIDE, *UP, *AWAY, *STUCK, *BITTEN)))
ATTACKED = re.compile(f"[被遭](?:一?[头条只群]|几[头条只])?[野公母毒疯]*{BEASTS}群?{HARMS}(?:[伤倒了下到进翻着中])")
UNHARMED = re.compile(r"(?:没有?|未|无|防止?|预防|避免|谨防|小心|别|不要|怕)(?:人|谁|有人)?$")


def shaped(text: str) -> bool:
    """Whether a sentence of it has the shape of a cry."""
    plain = re.sub(r"[ \t]+", "，", folded(text).strip())
    return any(_shaped(one) or _attacked(one) for one in SENTENCES.split(plain) if one)


def _shaped(said: str) -> bool:
    return any(not CLEAR.search(said[one.end() :]) for shape in SHAPES if (one := shape.search(said)))


def _attacked(said: str) -> bool:
    """被牛顶下坎, and not 羊|被狗咬了."""
    for one in ATTACKED.finditer(said):
        before, after = re.split("[,，、]", said[: one.start()])[-1], said[one.end() :]
        if not (UNHARMED.search(before) or loss_of(one.group(), before, after)):
            return True
    return False
