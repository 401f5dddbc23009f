"""Which roads are open: every channel by (road, name), built from the settings."""

from bot.channels.appchat.limits import per_group
from bot.channels.appchat.send import Appchat
from bot.channels.contract import Channel
from bot.channels.customer_group.send import CustomerGroup
from bot.channels.oa_mass.send import OaMass
from bot.channels.oa_notice.send import OaNotice
from bot.channels.oa_reply.send import OaReply
from bot.channels.oa_template.send import OaTemplate
from bot.channels.pstncc.limits import per_member as called_per_member
from bot.channels.pstncc.send import Pstncc
from bot.channels.sms.limits import per_number
from bot.channels.sms.send import Sms
from bot.channels.voice.limits import per_gateway
from bot.channels.voice.limits import per_number as called_per_number
from bot.channels.voice.send import Voice
from bot.channels.wecom_app.limits import per_day, per_member
from bot.channels.wecom_app.send import WecomApp
from bot.channels.wecom_robot.limits import per_robot
from bot.channels.wecom_robot.send import WecomRobot
from bot.clock import Clock
from bot.config import Settings
from bot.vault import Vault
from bot.wechat.account import Account
from bot.wechat.http import Calls
from bot.wechat.shared_tokens import account_tokens, application_tokens
from bot.wechat.stores.contract import TokenStore

Channels = dict[tuple[str, str], Channel]
TRAINING_SMS, TRAINING_VOICE = "/sms/messages", "/voice/calls"  # of the simulator


def open_channels(settings: Settings, calls: Calls, clock: Clock, store: TokenStore | None = None) -> Channels:
    """The live road goes to the platforms, the training road to the simulator; each has its own tokens."""
    channels: Channels = {}
    for road in ("live", "training"):
        _wecom(channels, road, settings, calls, clock, store)
        _account(channels, road, settings, calls, clock, store)
        _sms(channels, road, settings, calls, clock)
        _voice(channels, road, settings, calls, clock)
    return channels


def _wecom(
    channels: Channels, road: str, settings: Settings, calls: Calls, clock: Clock, store: TokenStore | None
) -> None:
    base = settings.wecom_api_base if road == "live" else settings.training_api_base
    if not base:
        return
    limit = per_robot(settings.robot_per_minute, settings.red_reserve)
    channels[road, WecomRobot.name] = WecomRobot(calls, base, limit)
    tokens = application_tokens(settings, calls, clock, road, store)
    if tokens is not None and settings.wecom_agent_id is not None:
        channels[road, WecomApp.name] = WecomApp(
            calls,
            tokens,
            base,
            settings.wecom_agent_id,
            per_member(settings.red_reserve),
            per_day(settings.wecom_account_cap),
        )
        channels[road, Appchat.name] = Appchat(calls, tokens, base, per_group())
        if settings.wecom_customer_groups:
            channels[road, CustomerGroup.name] = CustomerGroup(calls, tokens, base)
        if settings.pstncc:
            channels[road, Pstncc.name] = Pstncc(calls, tokens, base, called_per_member())


def _account(
    channels: Channels, road: str, settings: Settings, calls: Calls, clock: Clock, store: TokenStore | None
) -> None:
    base = settings.oa_api_base if road == "live" else settings.training_api_base
    tokens = account_tokens(settings, calls, clock, road, store)
    if tokens is None:
        return
    account = Account(calls, tokens, base, clock)
    channels[road, OaReply.name] = OaReply(account)
    channels[road, OaTemplate.name] = OaTemplate(account)
    if settings.oa_notice_template_id:
        channels[road, OaNotice.name] = OaNotice(account)
    if settings.oa_mass:
        channels[road, OaMass.name] = OaMass(account)


def _sms(channels: Channels, road: str, settings: Settings, calls: Calls, clock: Clock) -> None:
    """A county without a gateway has none in the training room either."""
    training = f"{settings.training_api_base}{TRAINING_SMS}" if settings.training_api_base else ""
    url = settings.sms_webhook if road == "live" else training
    if settings.sms_webhook and url:
        vault, limits = Vault(settings.secret_key), per_number(settings.red_reserve)
        channels[road, Sms.name] = Sms(calls, vault, clock, road, url, limits)


def _voice(channels: Channels, road: str, settings: Settings, calls: Calls, clock: Clock) -> None:
    """As for text messages. The training road has lines of its own: the simulator's."""
    training = f"{settings.training_api_base}{TRAINING_VOICE}" if settings.training_api_base else ""
    url = settings.voice_webhook if road == "live" else training
    if settings.voice_webhook and url:
        vault, quotas = Vault(settings.secret_key), per_gateway(settings.voice_lines)
        channels[road, Voice.name] = Voice(calls, vault, clock, road, url, called_per_number(), quotas)
