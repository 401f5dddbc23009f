"""One act from its beginning to its end: the phone shows it, the platform tells of it, and what comes back is shown."""

from typing import Any

from bot.simulator.acts import attachments, consenting, following, messages, words
from bot.simulator.acts.acts import Act, Done, Hand
from bot.simulator.acts.given import Given, count
from bot.simulator.acts.passive import take
from bot.simulator.callbacks.post import Delivered
from bot.simulator.config import Side

MOST_COPIES = 500
FAULTY = "该公众号提供的服务出现故障，请稍后再试"

ACTS: dict[str, Act] = {
    "say": words.say,
    "menu": words.menu,
    "enter": words.enter,
    "tap": messages.tap,
    "open": messages.open_link,
    "follow": following.follow,
    "unfollow": following.unfollow,
    "scan": following.scan,
    "consent": consenting.consent,
    "refuse": consenting.refuse,
    "stop_notices": consenting.stop_notices,
    "picture": attachments.picture,
    "video": attachments.video,
    "file": attachments.file,
    "voice": attachments.voice,
    "location": attachments.location,
}


def begin(name: str, hand: Hand, given: Given) -> Done:
    """What the owner does at once, before anybody is told. Raises Problem."""
    return ACTS[name](hand, given)


async def finish(hand: Hand, done: Done, given: Given) -> Delivered | None:
    """Tell the product. `copies` sends the same bytes so many times at once, `lost` sends nothing."""
    copies = count(given, "copies", 1, MOST_COPIES)
    if done.fields is None:
        return None
    if given.get("lost") is True:
        return _ended(hand, done, None, "lost")
    delivered = await hand.platform.post.deliver(hand.side, done.fields, copies)
    if delivered is None:
        return _ended(hand, done, None, "unheard")
    understood = delivered.delivered and take(hand, done, delivered.answer)
    if not understood and hand.side is Side.oa:
        hand.platform.hear(hand.chat, "system", FAULTY).state = ""
    return _ended(hand, done, delivered, "delivered" if delivered.delivered else "given_up")


def _ended(hand: Hand, done: Done, delivered: Delivered | None, state: str) -> Delivered | None:
    if done.said:
        done.said.state = state
    hand.platform.live.touch()
    return delivered


def view(hand: Hand, done: Done, delivered: Delivered | None) -> dict[str, Any]:
    """What a control call answers."""
    handle, shown = hand.chat.handle, done.shown
    return {
        "phone": handle,
        "state": done.said.state if done.said else "",
        "callback": delivered.view() if delivered else None,
        "link": done.link,
        "browse": f"{hand.origin}/phones/{handle}/open/{shown.id}" if done.link and shown else "",
        "message": shown.id if shown else None,
    }
