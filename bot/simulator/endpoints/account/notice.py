"""POST /cgi-bin/message/subscribe/bizsend: a notice for one follower who has consented to it. Whether it arrived is
told later, by subscribe_msg_sent_event."""

from bot.simulator.callbacks import events
from bot.simulator.config import Side
from bot.simulator.endpoints.account.access import admit, spend
from bot.simulator.endpoints.account.documents import addressee, document, targets, text
from bot.simulator.endpoints.account.template import read
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_account as codes
from bot.simulator.tables.codes_account import refused

SUCCESS, REFUSED = (0, "success"), (codes.NO_CONSENT, "failed:user refuse")


def answer(platform: Platform, call: Call) -> Answer:
    at = admit(platform, call, "notice")
    asked, account = document(call), platform.account
    to = addressee(platform, text(asked, "touser"))
    template = account.notices.get(text(asked, "template_id"))
    if template is None:
        raise refused(codes.BAD_TEMPLATE)
    shown = read(platform, template, asked, link="page")
    shown.type = "notice"
    if not to.consents.take(template.id):
        platform.counts.limits["consent"] += 1
        raise refused(codes.NO_CONSENT)
    spend(platform, "notice", at)
    msgid = next(account.numbers)
    if not to.refuses:
        platform.show(platform.followers, to, platform.accept(shown, at))
    told = REFUSED if to.refuses else SUCCESS
    platform.post.later(Side.oa, events.notice_sent(platform, to, template.id, msgid, *told))
    return {"errcode": codes.OK, "errmsg": "ok", "msgid": msgid}


NOTICE = Endpoint("notice", "POST", "/cgi-bin/message/subscribe/bizsend", answer, targets, Side.oa)
