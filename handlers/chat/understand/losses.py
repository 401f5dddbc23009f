"""What befalls beasts, crops and things is a loss and no cry: 猪|死了, 死了|三头猪, 手机|找不到了. Pure."""

import re

from handlers.chat.understand.vocabulary import cut, ending, found, vocabulary

PASSIVE = re.compile("[被让遭]")
COUNTED = re.compile(
    r"[了掉]*(?:到|着)?(?:约|近|共|大概)?[0-9几一两二三四五六七八九十百千万数好多]+[多余来]?"
    r"(?:头|只|匹|羽|窝|亩|棵|株|尾|条[狗鱼牛])"
)
MANY = "[0-9几一两二三四五六七八九十百千多]"
PEOPLE = re.compile("[0-9几一两二三四五六七八九十百数好多俩仨](?:个|名|位|户)|[俩仨]")
ENDINGS = "了掉的啦啊呀哦光完"
OWN = ("的", "家", "家里")  # the beast of somebody, and not that somebody
PENS = re.compile("了?[鸡鸭鹅猪牛羊狗鱼虾兔马][塘池圈棚舍栏窝]")  # 掉进|鱼塘
JOINED = re.compile("[和跟与及]")
LOOSE_FOLLOWS = re.compile(f"[了过来去到]*(?:的|一些|很多|好多|大量|不少|(?:约|近)?{MANY}+[块个根片棵堆方张]?)?[大小]?")
AMOUNT = re.compile(  # 气温掉到|零下, and not 掉到|3米深的坑里
    f"了?(?:约|大概|零下|负)*(?:警戒[线水位]*|{MANY}+(?:点[0-9]+)?(?:度|元|块|毛|米|厘米|毫米|级|名)|零下)"
    "(?:钱|一斤|以下|以内|左右|多|了|的)*"
)
NEARLY = re.compile("[^车]*(?:差点儿?|差一点儿?|险些)(?:就|要)?")  # a car that nearly falls may hang there
PIECES = "的块片堆根"
JOINS = ("和", "跟", "与", "及")


def loss_of(word: str, before: str, after: str) -> bool:
    """Whether it befell no person. People who stand beside the beast leave it open, and so does what a beast, or a
    tree, does to somebody: 大树|压住|三个."""
    if PEOPLE.search(after) or any(one in after for one in vocabulary().part["of_people"]):
        return False
    if word in vocabulary().part["fall"] and _came_loose(word, before, after):
        return True
    if _things_follow(after) and not (word in vocabulary().part["fall"] and PENS.match(after)):
        return all(_is_thing(one.rstrip(ENDINGS)) for one in JOINED.split(after)[1:])
    if word in vocabulary().part["acts_on"] and after.strip(ENDINGS):
        return False
    if word in vocabulary().part["acts_on"] and not PASSIVE.search(before) and ending(before, "strikes"):
        return False
    return _is_thing(cut(PASSIVE.split(_behind(before))[0], "thing_filler", "thing"))


def _behind(before: str) -> str:
    """What follows on a loss that was told already is somebody else: 羊被冲走了|我也."""
    told = max((end for _, end in found(before, "befalls_things")), default=0)
    return before[told:].lstrip(ENDINGS) or before


def _is_thing(subject: str) -> bool:
    if word := ending(subject, "thing"):
        return not (_with_people(rest := subject.removesuffix(word)) or ending(rest, "negation"))
    word = ending(subject, "beast")
    rest = subject.removesuffix(word)
    known = not rest or rest[-1].isdecimal() or ending(rest, "beast_before") or ending(rest, "beast")
    if word and rest.endswith(JOINS):
        return _is_thing(rest[:-1])
    return bool(word and known) and not _with_people(rest)


def _with_people(rest: str) -> bool:
    if not all(map(_is_thing, JOINED.split(rest)[:-1])):
        return True
    return not rest.endswith(OWN) and any(word in rest for word in vocabulary().part["of_people"])


def _came_loose(word: str, before: str, after: str) -> bool:
    """石头|滚下来了, 掉下|几块石头, 气温|跌到零下. 踩着石头|滚下去 is somebody."""
    known = vocabulary().part
    if ending(before, "unfallen") or before == "别" or NEARLY.fullmatch(before) or AMOUNT.fullmatch(after):
        return True
    if word.endswith(("下", "落")) and LOOSE_FOLLOWS.sub("", after, count=1).startswith(_long(known["loose"])):
        return not before or bool(ending(before, "loose_before"))
    subject = cut(PASSIVE.split(before)[0], "thing_filler", "loose")
    loose = ending(subject, "loose")
    rest = cut(subject.removesuffix(loose), "thing_filler", "loose_before")
    stands = not rest or ending(rest, "loose") or ending(rest, "loose_before")
    if not (loose and stands) or (len(loose) == 1 and rest and rest[-1] not in PIECES):  # 李小花 is no 花
        return False
    return rest.endswith(OWN) or not any(one in rest for one in known["of_people"])


def _long(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if len(word) > 1)


def _things_follow(after: str) -> bool:
    known = vocabulary().part
    counted = COUNTED.match(after)
    return counted is not None or after.lstrip(ENDINGS).startswith((*known["thing"], *known["beast"]))
