"""What the stand-in holds of the official account: tokens, quotas, posters, menu, templates and what was sent twice."""

import itertools
from typing import Any

from bot.simulator.config import SimTemplate, SimulatorConfig
from bot.simulator.standing import Standing
from bot.simulator.tables.limits_account import CLIENT_MSG_SECONDS
from bot.simulator.tokens import AccountTokens
from bot.simulator.world.masses import Masses
from bot.simulator.world.quotas import Quotas
from bot.simulator.world.scenes import Scenes

FIRST_MESSAGE = 2_400_000_000_000_000_000  # 64 bits, as the platform's numbers


class Account:
    def __init__(self, config: SimulatorConfig) -> None:
        self.tokens = AccountTokens(config.token_seconds)
        self.quotas = Quotas(config.quotas)
        self.standing = Standing()
        self.scenes = Scenes()
        self.scene_names: dict[str, str] = {}  # what a poster's scene is called on the simulator's pages
        self.templates: dict[str, SimTemplate] = {template.id: template for template in config.templates}
        self.notices: dict[str, SimTemplate] = {template.id: template for template in config.notices}
        self.masses = Masses()
        self.menu: list[dict[str, Any]] = []
        self.numbers = itertools.count(FIRST_MESSAGE)
        self._clients: dict[tuple[str, str], tuple[float, int]] = {}

    def repeated(self, openid: str, client_msg_id: str, at: float) -> int | None:
        """The msgid that the same client_msg_id got within ten minutes."""
        until, msgid = self._clients.get((openid, client_msg_id), (at, 0))
        return msgid if at < until else None

    def remember(self, openid: str, client_msg_id: str, msgid: int, at: float) -> None:
        self._clients[openid, client_msg_id] = (at + CLIENT_MSG_SECONDS, msgid)
