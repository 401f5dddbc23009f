"""How often the base interfaces of WeCom may be called: developer.work.weixin.qq.com, documents 90312 and 90454. What
sends a message is not counted there."""

from bot.coordination.contract import Quota

MINUTE, HOUR = 10_000, 150_000  # calls of one interface by one enterprise


def base(interface: str) -> tuple[Quota, ...]:
    """What an enterprise may call of one interface, such as customer_group. Whoever breaks it is shut out for a minute,
    an hour, a day or a month."""
    subject = f"wecom_base/{interface}"
    return Quota(subject, MINUTE, 60.0, reserve=MINUTE // 10), Quota(subject, HOUR, 3600.0, reserve=HOUR // 10)
