"""How the application and the account stand with the platform: what an administrator, or Tencent, has changed there."""

from dataclasses import dataclass


@dataclass(slots=True)
class Standing:
    """All is well by default. `trusted` empty: from any address."""

    trusted: frozenset[str] = frozenset()  # callers' addresses: 60020 at WeCom, 40164 at the account
    disabled: bool = False  # WeCom: the application is switched off, 50003
    withdrawn: bool = False  # WeCom: the right is withdrawn, long unused, 48006
    unauthorised: frozenset[str] = frozenset()  # endpoints without permission: 48002 at WeCom, 48001 at the account
    banned: bool = False  # the account: 48004
    restricted: bool = False  # the account: 50002
    protected: bool = False  # the account: 群发保护, an administrator confirms what goes to all
    mute: bool = False  # the account: tells nothing of what became of mass sends
