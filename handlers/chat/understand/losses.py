"""What befalls beasts, crops and things is a loss and no cry: 猪|死了, 死了|三头猪, 手机|找不到了. Pure."""

import re

from handlers.chat.understand.vocabulary import cut, ending, found, vocabulary

PASSIVE = re.compile("[被让遭]")
COUNTED = re.compile(
    r"[了掉]*(?:到|着)?(?:约|近|共|大概)?[0-9几一两二三四五六七八九十百千万数好多]+[多余来]?"
    r"(?:头|只|匹|羽|窝|亩|棵|株|尾|条[狗鱼牛])"
)
PEOPLE = re.compile("[0-9几一两二三四五六七八九十百数好多俩仨](?:个|名|位|户)|[俩仨]")
ENDINGS = "了掉的啦啊呀哦光完"
OWN = ("的", "家", "家里")  # the beast of somebody, and not that somebody
JOINED = re.compile("[和跟与及]")
JOINS = ("和", "跟", "与", "及")


def loss_of(word: str, before: str, after: str) -> bool:
    """Whether it befell no person. People who stand beside the beast leave it open, and so does what a beast, or a
    tree, does to somebody: 大树|压住|三个."""
    if PEOPLE.search(after) or any(one in after for one in vocabulary().part["of_people"]):
        return False
    if _things_follow(after):
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


def _things_follow(after: str) -> bool:
    known = vocabulary().part
    counted = COUNTED.match(after)
    return counted is not None or after.lstrip(ENDINGS).startswith((*known["thing"], *known["beast"]))
