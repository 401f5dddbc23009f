"""The account's window for subscription notices: consenting, refusing, and refusing later in the settings."""

from collections.abc import Mapping
from typing import Any

from bot.simulator.acts.acts import Done, Hand
from bot.simulator.acts.given import Given, text
from bot.simulator.callbacks import events
from bot.simulator.config import Side
from bot.simulator.control.answers import Problem
from bot.simulator.world.consents import LASTING

ON_A_PAGE = "1"  # the window came up on a page, and not in an article


def consent(hand: Hand, given: Given) -> Done:
    """`{"template_id"}`: the first one where none is named."""
    return _popup(hand, given, "accept", "同意接收")


def refuse(hand: Hand, given: Given) -> Done:
    return _popup(hand, given, "reject", "不同意接收")


def _popup(hand: Hand, given: Given, word: str, said: str) -> Done:
    hand.allowed()
    template, follower = _template(hand, given), hand.follower
    if word == "accept":
        follower.consents.accept(template, lasting=hand.platform.config.notice_consent == LASTING)
    else:
        follower.consents.refuse(template)
    row = {"TemplateId": template, "SubscribeStatusString": word, "PopupScene": ON_A_PAGE}
    return _told(hand, template, said, "subscribe_msg_popup_event", "SubscribeMsgPopupEvent", row)


def stop_notices(hand: Hand, given: Given) -> Done:
    """In the service notices' own settings."""
    hand.allowed()
    template = _template(hand, given)
    hand.follower.consents.refuse(template)
    row = {"TemplateId": template, "SubscribeStatusString": "reject"}
    return _told(hand, template, "拒收通知", "subscribe_msg_change_event", "SubscribeMsgChangeEvent", row)


def _told(hand: Hand, template: str, said: str, name: str, holder: str, row: Mapping[str, Any]) -> Done:
    title = hand.platform.account.notices[template].title
    fields = events.event(hand.platform, Side.oa, hand.follower, name, **{holder: {"List": row}})
    return Done(hand.platform.hear(hand.follower, "event", f"{said}：{title}"), fields)


def _template(hand: Hand, given: Given) -> str:
    known = hand.platform.account.notices
    named = text(given, "template_id", next(iter(known), ""))
    if named not in known:
        raise Problem(f"{named}: not a notice of this account", 404)
    return named
