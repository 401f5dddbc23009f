"""How often the base interfaces of WeCom may be called: developer.work.weixin.qq.com, documents 90312 and 90454. What
sends a message is not counted there."""

from bot.coordination.contract import Quota

MINUTE, HOUR = 10_000, 150_000  # calls of one interface by one enterprise
OF_ALL = "wecom_base"  # the calls of all interfaces together, which are counted by the address that they come from


def base(interface: str, minute: int = MINUTE, hour: int = HOUR) -> tuple[Quota, ...]:
    """What an enterprise may call of one interface, such as customer_group. Whoever breaks it is shut out for a minute,
    an hour, a day or a month."""
    subject = f"{OF_ALL}/{interface}"
    return Quota(subject, minute, 60.0, reserve=minute // 10), Quota(subject, hour, 3600.0, reserve=hour // 10)


def by_address(minute: int, hour: int) -> tuple[Quota, ...]:
    """What may be called from one address."""
    return Quota(OF_ALL, minute, 60.0), Quota(OF_ALL, hour, 3600.0)
