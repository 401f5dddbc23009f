"""The account's quotas: so many calls of one kind a day or a minute, given back by clear_quota ten times a month."""

from bot.simulator.tables.limits_account import CLEARS_A_MONTH, Quota

CHINA_SECONDS = 8 * 3600
MONTH_SECONDS = 30 * 86_400


class Quotas:
    def __init__(self, changed: tuple[tuple[str, int], ...] = ()) -> None:
        self._changed = dict(changed)
        self._used: dict[str, tuple[int, int]] = {}
        self._clears: list[float] = []

    def spend(self, quota: Quota, at: float) -> bool:
        """Take one call. False, and nothing taken, where the quota is used up. Days are China's."""
        most = self._changed.get(quota.name, quota.number) if quota.daily else quota.number
        period = int((at + CHINA_SECONDS) // quota.seconds)
        then, used = self._used.get(quota.key, (period, 0))
        used = used if then == period else 0
        if used >= most:
            return False
        self._used[quota.key] = (period, used + 1)
        return True

    def clear(self, at: float) -> bool:
        """Give the day back. False where that was done ten times in a month."""
        self._clears = [then for then in self._clears if at - then < MONTH_SECONDS]
        if len(self._clears) >= CLEARS_A_MONTH:
            return False
        self._clears.append(at)
        self._used.clear()
        return True
