"""POST /cgi-bin/message/template/send: a pointer of a few short fields for one follower. Whether it arrived is told
later, by TEMPLATESENDJOBFINISH."""

from bot.simulator.callbacks import events
from bot.simulator.config import Side, SimTemplate
from bot.simulator.contents.template_fields import fits
from bot.simulator.endpoints.account.access import admit, spend
from bot.simulator.endpoints.account.documents import JsonObject, addressee, document, part, targets, text
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_account as codes
from bot.simulator.tables.codes_account import refused
from bot.simulator.world.chats import Follower
from bot.simulator.world.messages import Shown


def answer(platform: Platform, call: Call) -> Answer:
    at = admit(platform, call, "template")
    asked, account = document(call), platform.account
    to = addressee(platform, text(asked, "touser"))
    template = account.templates.get(text(asked, "template_id"))
    if template is None:
        raise refused(codes.BAD_TEMPLATE)
    shown = read(platform, template, asked)
    client = text(asked, "client_msg_id")
    if client and (known := account.repeated(to.handle, client, at)):
        platform.counts.limits["duplicate"] += 1
        return {"errcode": codes.OK, "errmsg": "ok", "msgid": known}
    spend(platform, "template", at)
    msgid = next(account.numbers)
    if client:
        account.remember(to.handle, client, msgid, at)
    deliver(platform, to, platform.accept(shown, at), msgid)
    return {"errcode": codes.OK, "errmsg": "ok", "msgid": msgid}


def read(platform: Platform, template: SimTemplate, asked: JsonObject, link: str = "url") -> Shown:
    """Every field of the template filled, each by its rule; what the template lacks is not shown."""
    data = part(asked, "data", codes.BAD_ARGUMENT)
    told = []
    for name, label in template.fields:
        held = data.get(name)
        value = held.get("value") if isinstance(held, dict) else None
        if not isinstance(value, str) or not fits(name, value):
            raise refused(codes.BAD_ARGUMENT, f"argument invalid! data.{name}.value invalid.")
        told.append(f"{label}：{value}")
    lines = platform.lines.share("\n".join(told))
    return Shown("template", lines, title=template.title, link=text(asked, link), button="详情")


def deliver(platform: Platform, to: Follower, shown: Shown, msgid: int) -> None:
    if not to.refuses:
        platform.show(platform.followers, to, shown)
    status = "failed:user block" if to.refuses else "success"
    platform.post.later(Side.oa, events.job_finish(platform, to, msgid, status))


TEMPLATE = Endpoint("template", "POST", "/cgi-bin/message/template/send", answer, targets, Side.oa)
