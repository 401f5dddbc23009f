"""A county that runs in processes of its own, as a story sees it from outside."""

from bot.config import Settings
from bot.deps import Deps


class Outside:
    """`deps` looks into the county's database."""

    deps: Deps

    @property
    def settings(self) -> Settings:
        return self.deps.settings

    @property
    def simulator(self) -> str:
        return self.settings.wecom_api_base

    @property
    def web(self) -> str:
        return self.settings.base_url
