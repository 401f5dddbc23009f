"""How long a plan takes at the least, by what the platforms allow and by how long calls take. Pure."""

from collections.abc import Sequence

from bot.coordination.contract import Limit


def leaves(recent: Sequence[float], calls: int, limits: Sequence[Limit], *, red: bool) -> list[float]:
    """From now, in how many seconds each of `calls` more to one target may leave. `recent`: how long ago the earlier
    ones left, the oldest first."""
    left, made = [-ago for ago in recent], []
    for _ in range(calls):
        free = [0.0]
        for limit in limits:
            allowed = limit.calls if red else max(1, limit.calls - limit.reserve)
            if len(left) >= allowed:
                free.append(left[-allowed] + limit.seconds)
        left.append(max(free))
        made.append(left[-1])
    return made


def window(used: int, need: int, allowed: int, seconds: float) -> float:
    """In how many seconds the last of `need` more leaves, where so many are used and a window holds `allowed`."""
    full = max(0, -(-(used + need) // allowed) - 1)
    return full * seconds


def rounds(calls: int, open_: int, took: float) -> float:
    """In how many seconds so many calls are answered, of which so many are open at once."""
    return -(-calls // open_) * took
