"""WeCom and the official account, asked how we stand with them. Nothing is sent to anybody."""

from datetime import timedelta

from bot.probes.account import templates
from bot.probes.asking import NoAnswer
from bot.probes.calling import Refusal
from bot.probes.wecom import application, callback_addresses
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.watch.contract import Found, Ground, Level, Seen

PASSING = timedelta(minutes=10)  # a network that is away for less wakes nobody


async def wecom(ground: Ground) -> Found | None:
    """The application: let in, switched on, from how many addresses it is called."""
    tokens, settings = ground.tokens.get("wecom"), ground.deps.settings
    if tokens is None:
        return None
    try:
        mine = await application(ground.http, settings, tokens)
        called_from = await callback_addresses(ground.http, settings, tokens)
    except Refusal as refusal:
        return Found((refused("wecom", refusal),))
    except NoAnswer as error:
        return Found((silent("wecom", error),))
    return Found((), {"name": mine.name, "domain": mine.domain, "called_from": str(called_from)})


async def account(ground: Ground) -> Found | None:
    """The official account: its token, and whether this machine's address is on its list."""
    tokens, settings = ground.tokens.get("oa"), ground.deps.settings
    if tokens is None:
        return None
    try:
        found = await templates(ground.http, settings, tokens)
    except Refusal as refusal:
        return Found((refused("oa", refusal),))
    except NoAnswer as error:
        return Found((silent("oa", error),))
    return Found((), {"templates": str(len(found))})


async def template(ground: Ground) -> Found | None:
    """The warning's template: that it is still there, and has the fields that we fill."""
    tokens, settings = ground.tokens.get("oa"), ground.deps.settings
    if tokens is None or not settings.oa_template_id:
        return None
    try:
        found = (await templates(ground.http, settings, tokens)).get(settings.oa_template_id)
    except (Refusal, NoAnswer):
        return Found((Seen("template_unread", Level.note),), unsure=True)  # the account's own look says why
    if found is None:
        return Found((Seen("template_gone"),))
    mine = {name for name, _ in open_roads(settings).fields}
    lacking, empty = sorted(mine - {*found.fields}), [name for name in found.fields if name not in mine]
    if lacking or empty:
        facts = {"lacking": "、".join(lacking), "empty": "、".join(empty), "has": "、".join(found.fields)}
        return Found((Seen("template_fields", facts=facts),), {"title": found.title})
    return Found((), {"title": found.title})


def refused(platform: str, refusal: Refusal) -> Seen:
    """Each reason is a finding of its own: when the secret is mended and the address is not, that is another."""
    facts = {"reason": refusal.reason, "address": refusal.address, "code": str(refusal.code or "")}
    return Seen(f"{platform}_refuses", subject=refusal.reason, facts=facts)


def silent(platform: str, error: NoAnswer) -> Seen:
    return Seen(f"{platform}_silent", facts={"reason": error.reason}, patience=PASSING)
