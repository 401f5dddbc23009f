"""Which roads are open: every channel by (road, name), built from the settings."""

from bot.channels.contract import Channel
from bot.channels.wecom_app.send import WecomApp
from bot.channels.wecom_robot.limits import per_robot
from bot.channels.wecom_robot.send import WecomRobot
from bot.clock import Clock
from bot.config import Settings
from bot.wechat.http import Calls
from bot.wechat.tokens import Tokens


def open_channels(settings: Settings, calls: Calls, clock: Clock) -> dict[tuple[str, str], Channel]:
    """The live road goes to the platforms, the training road to the simulator; each has its own tokens."""
    channels: dict[tuple[str, str], Channel] = {}
    bases = {"live": settings.wecom_api_base, "training": settings.training_api_base}
    for road, base in bases.items():
        if not base:
            continue
        limit = per_robot(settings.robot_per_minute, settings.red_reserve)
        channels[road, WecomRobot.name] = WecomRobot(calls, base, limit)
        if settings.wecom_agent_id is not None:
            tokens = Tokens(calls, clock, base, settings.wecom_corp_id, settings.wecom_secret)
            channels[road, WecomApp.name] = WecomApp(calls, tokens, base, settings.wecom_agent_id)
    return channels
