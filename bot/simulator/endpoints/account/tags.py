"""POST /cgi-bin/tags/create and tags/members/batchtagging, GET /cgi-bin/tags/get, POST /cgi-bin/user/tag/get: names for
some of the followers."""

from bot.simulator.config import Side
from bot.simulator.endpoints.account.access import admit
from bot.simulator.endpoints.account.documents import JsonObject, document, part, text
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_account as codes
from bot.simulator.tables.codes_account import refused
from bot.simulator.tables.limits_account import TAG_NAME_CHARS, TAG_OPENIDS, TAG_PAGE, TAGS_MAX
from bot.simulator.world.masses import Tag

FIRST = 100  # those below are the platform's own


def create(platform: Platform, call: Call) -> Answer:
    admit(platform, call, "tag_create")
    name, tags = text(part(document(call), "tag"), "name"), platform.account.masses.tags
    if not name or len(name) > TAG_NAME_CHARS:
        raise refused(codes.BAD_TAG_NAME)
    if any(tag.name == name for tag in tags.values()):
        raise refused(codes.TAG_EXISTS)
    if len(tags) >= TAGS_MAX:
        raise refused(codes.TAGS_FULL)
    made = Tag(FIRST + len(tags), name)
    tags[made.id] = made
    return {"tag": {"id": made.id, "name": name}}


def get(platform: Platform, call: Call) -> Answer:
    admit(platform, call, "tag_get")
    rows = platform.account.masses.tags.values()
    return {"tags": [{"id": tag.id, "name": tag.name, "count": len(tag.openids)} for tag in rows]}


def members(platform: Platform, call: Call) -> Answer:
    """Put openids under a tag, at most fifty a call."""
    admit(platform, call, "tag_members")
    asked = document(call)
    tag, named = _tag(platform, asked), asked.get("openid_list")
    if not isinstance(named, list) or not 0 < len(named) <= TAG_OPENIDS:
        raise refused(codes.TOO_MANY_OPENIDS)
    if any(platform.follower(str(one)) is None for one in named):
        raise refused(codes.BAD_OPENID)
    tag.openids.update(dict.fromkeys(str(one) for one in named))
    return {"errcode": codes.OK, "errmsg": "ok"}


def people(platform: Platform, call: Call) -> Answer:
    """Who stands under a tag, ten thousand a page."""
    admit(platform, call, "tag_people")
    asked = document(call)
    openids, after = [*_tag(platform, asked).openids], text(asked, "next_openid")
    start = openids.index(after) + 1 if after in openids else 0
    page = openids[start : start + TAG_PAGE]
    return {"count": len(page), "data": {"openid": page}, "next_openid": page[-1] if page else ""}


def _tag(platform: Platform, asked: JsonObject) -> Tag:
    tag = platform.account.masses.tags.get(asked.get("tagid", 0))
    if tag is None:
        raise refused(codes.BAD_TAG)
    return tag


TAGS = (
    Endpoint("tag_create", "POST", "/cgi-bin/tags/create", create, side=Side.oa),
    Endpoint("tag_get", "GET", "/cgi-bin/tags/get", get, side=Side.oa),
    Endpoint("tag_members", "POST", "/cgi-bin/tags/members/batchtagging", members, side=Side.oa),
    Endpoint("tag_people", "POST", "/cgi-bin/user/tag/get", people, side=Side.oa),
)
