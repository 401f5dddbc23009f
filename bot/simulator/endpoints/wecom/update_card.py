"""POST /cgi-bin/message/update_template_card, document 94888: what the card shows now, to whom it is still open."""

from typing import Any

from bot.simulator.contents import cards, fields
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.endpoints.wecom.access import admit, check_agent, count_call
from bot.simulator.platform import Platform
from bot.simulator.tables import codes, limits
from bot.simulator.tables.codes import Refused
from bot.simulator.world.messages import Card
from bot.simulator.world.sent import Sent


def answer(platform: Platform, call: Call) -> Answer:
    at = admit(platform, call, "update_card")
    count_call(platform, "update_card", at)
    document = call.document()
    check_agent(platform, document.get("agentid"))
    named = [one.lower() for one in fields.strings(document, "userids")]
    if len(named) > limits.USERS_PER_CALL:
        raise Refused(codes.TOO_MANY_USERS)
    if not named and document.get("atall") != 1:
        raise Refused(codes.NO_RECIPIENT)
    change = _change(platform, document)
    sent = platform.response_codes.use(fields.text(document, "response_code"), at)
    if sent is None or sent.shown.card is None:
        raise Refused(codes.BAD_RESPONSE_CODE)
    readers = [one for one in named if one in sent.readers] if named else sorted(sent.readers)
    change(sent, sent.shown.card, readers)
    platform.live.touch()
    invalid = [one for one in named if one not in sent.readers]
    return {"errcode": codes.OK, "errmsg": "ok", "invaliduser": invalid}


def _change(platform: Platform, document: Answer) -> Any:
    """The change as a function of the card and its readers: other words on the button, or another card."""
    if "template_card" in document:
        face = cards.card(fields.part(document, "template_card"), platform.lines, limits.APP_CARDS)

        def renew(sent: Sent, card: Card, readers: list[str]) -> None:
            face.at, face.id = sent.shown.at, sent.shown.id
            card.renewed.update(dict.fromkeys(readers, face))

        return renew
    words = fields.text(fields.part(document, "button"), "replace_name", codes.BAD_PARAMETER)

    def replace(sent: Sent, card: Card, readers: list[str]) -> None:
        card.replaced.update(dict.fromkeys(readers, words))

    return replace


def targets(call: Call) -> list[str]:
    try:
        return [one.lower() for one in fields.strings(call.document(), "userids")]
    except Refused:
        return []


UPDATE_CARD = Endpoint("update_card", "POST", "/cgi-bin/message/update_template_card", answer, targets)
