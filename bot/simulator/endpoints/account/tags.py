"""POST /cgi-bin/tags/create, update and delete, tags/members/batchtagging and batchuntagging, GET /cgi-bin/tags/get,
POST /cgi-bin/user/tag/get: names for some of the followers."""

import re

from bot.simulator.config import Side
from bot.simulator.endpoints.account.access import admit
from bot.simulator.endpoints.account.documents import JsonObject, document, part, text
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_account as codes
from bot.simulator.tables.codes_account import refused
from bot.simulator.tables.limits_account import (
    TAG_DELETABLE,
    TAG_NAME_BYTES,
    TAG_OPENIDS,
    TAG_PAGE,
    TAGS_MAX,
    TAGS_OF_ONE,
    TAGS_OWN,
)
from bot.simulator.world.masses import Tag

OPENID = re.compile(r"o[A-Za-z0-9_-]{27}")  # as every account's look; whose they are the account knows
OK: Answer = {"errcode": codes.OK, "errmsg": "ok"}


def create(platform: Platform, call: Call) -> Answer:
    admit(platform, call, "tag_create")
    masses = platform.account.masses
    name = _name(platform, part(document(call), "tag"))
    if len(masses.tags) >= TAGS_MAX:
        raise refused(codes.TAGS_FULL)
    made = Tag(next(masses.tag_numbers), name)
    masses.tags[made.id] = made
    return {"tag": {"id": made.id, "name": name}}


def update(platform: Platform, call: Call) -> Answer:
    admit(platform, call, "tag_update")
    asked = part(document(call), "tag")
    tag = _ours(platform, asked)
    tag.name = _name(platform, asked, but=tag)
    return OK


def delete(platform: Platform, call: Call) -> Answer:
    """Of more than a hundred thousand followers some must be taken out first."""
    admit(platform, call, "tag_delete")
    tag = _ours(platform, part(document(call), "tag"))
    if len(tag.openids) > TAG_DELETABLE:
        raise refused(codes.TAG_TOO_BIG)
    del platform.account.masses.tags[tag.id]
    return OK


def _name(platform: Platform, asked: JsonObject, but: Tag | None = None) -> str:
    name = text(asked, "name")
    if not name or len(name.encode()) > TAG_NAME_BYTES:
        raise refused(codes.BAD_TAG_NAME)
    if any(tag.name == name and tag is not but for tag in platform.account.masses.tags.values()):
        raise refused(codes.TAG_EXISTS)
    return name


def _ours(platform: Platform, asked: JsonObject) -> Tag:
    number = asked.get("id")
    if number in TAGS_OWN:
        raise refused(codes.TAG_OF_PLATFORM)
    return _tag(platform, {"tagid": number})


def get(platform: Platform, call: Call) -> Answer:
    admit(platform, call, "tag_get")
    rows = platform.account.masses.tags.values()
    return {"tags": [{"id": tag.id, "name": tag.name, "count": len(tag.openids)} for tag in rows]}


def members(platform: Platform, call: Call) -> Answer:
    """Put openids under a tag, at most fifty a call: all of them or none."""
    admit(platform, call, "tag_members")
    tag, openids = _named(platform, document(call))
    tags = platform.account.masses.tags.values()
    for one in openids:
        if one not in tag.openids and sum(one in other.openids for other in tags) >= TAGS_OF_ONE:
            raise refused(codes.TAGS_OF_ONE_FULL)
    tag.openids.update(dict.fromkeys(openids))
    return OK


def take_out(platform: Platform, call: Call) -> Answer:
    admit(platform, call, "tag_take_out")
    tag, openids = _named(platform, document(call))
    for one in openids:
        tag.openids.pop(one, None)
    return OK


def _named(platform: Platform, asked: JsonObject) -> tuple[Tag, list[str]]:
    tag, named = _tag(platform, asked), asked.get("openid_list")
    if not isinstance(named, list) or not 0 < len(named) <= TAG_OPENIDS:
        raise refused(codes.TOO_MANY_OPENIDS)
    openids = [str(one) for one in named]
    for one in openids:
        if platform.follower(one) is None:
            raise refused(codes.OTHER_ACCOUNT if OPENID.fullmatch(one) else codes.BAD_OPENID)
    return tag, openids


def people(platform: Platform, call: Call) -> Answer:
    """Who stands under a tag, ten thousand a page."""
    admit(platform, call, "tag_people")
    asked = document(call)
    openids, after = [*_tag(platform, asked).openids], text(asked, "next_openid")
    start = openids.index(after) + 1 if after in openids else 0
    page = openids[start : start + TAG_PAGE]
    return {"count": len(page), "data": {"openid": page}, "next_openid": page[-1] if page else ""}


def _tag(platform: Platform, asked: JsonObject) -> Tag:
    tag = platform.account.masses.tags.get(asked.get("tagid") or 0)
    if tag is None:
        raise refused(codes.BAD_TAG)
    return tag


TAGS = (
    Endpoint("tag_create", "POST", "/cgi-bin/tags/create", create, side=Side.oa),
    Endpoint("tag_update", "POST", "/cgi-bin/tags/update", update, side=Side.oa),
    Endpoint("tag_delete", "POST", "/cgi-bin/tags/delete", delete, side=Side.oa),
    Endpoint("tag_get", "GET", "/cgi-bin/tags/get", get, side=Side.oa),
    Endpoint("tag_members", "POST", "/cgi-bin/tags/members/batchtagging", members, side=Side.oa),
    Endpoint("tag_take_out", "POST", "/cgi-bin/tags/members/batchuntagging", take_out, side=Side.oa),
    Endpoint("tag_people", "POST", "/cgi-bin/user/tag/get", people, side=Side.oa),
)
