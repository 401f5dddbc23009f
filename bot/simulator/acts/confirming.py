"""A member confirms a task: now each group is shown the text, unless it has had its number."""

from bot.simulator.acts.acts import Done, Hand
from bot.simulator.control.answers import Problem
from bot.simulator.tables.limits_customers import allowance
from bot.simulator.world.messages import Button, Shown

SENT, NOT_FRIEND, ANOTHER = 1, 2, 3


def confirm(hand: Hand, shown: Shown, button: Button) -> Done:
    """Nobody is told: whoever wants to know asks (document 93338)."""
    platform, at = hand.platform, hand.platform.at()
    task = platform.customers.tasks.get(button.key)
    if task is None or task.cancelled or task.confirmed_at is not None:
        raise Problem("no such task, or it was cancelled", 409)
    task.confirmed_at = at
    most, since = allowance(platform.config.customer_limit, at)
    for chat_id in task.chats:
        chat = platform.customer_chats.addressed(chat_id)
        if chat is None:
            task.results[chat_id] = NOT_FRIEND
        elif platform.customers.got(chat_id, since) >= most:
            platform.counts.limits["customer_group"] += 1
            task.results[chat_id] = ANOTHER
        else:
            platform.customers.shown(chat_id, at)
            task.results[chat_id] = SENT
            platform.show(platform.customer_chats, chat, platform.accept(Shown("text", shown.lines), at))
    if shown.card is not None:
        shown.card.replaced[hand.chat.handle.lower()] = "已发送"
    return Done(hand.platform.hear(hand.chat, "tap", f"［{button.text}］"), shown=shown)
