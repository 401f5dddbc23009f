"""Which roads are open: every channel by (road, name), built from the settings."""

from collections.abc import Iterator
from dataclasses import dataclass

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
from bot.wechat import frequency
from bot.wechat.account import Account
from bot.wechat.http import Calls
from bot.wechat.shared_tokens import account_tokens, application_tokens
from bot.wechat.stores.contract import TokenStore
from bot.wechat.tokens import Tokens

Channels = dict[tuple[str, str], Channel]
TRAINING_SMS, TRAINING_VOICE = "/sms/messages", "/voice/calls"  # of the simulator


def open_channels(settings: Settings, calls: Calls, clock: Clock, store: TokenStore | None = None) -> Channels:
    """The live road goes to the platforms, the training road to the simulator; each has its own tokens."""
    return {
        (road, channel.name): channel
        for road in ("live", "training")
        for channel in _Opening(settings, calls, clock, store, road).channels()
    }


@dataclass(frozen=True, slots=True)
class _Opening:
    """One road's channels: those whose settings are there."""

    settings: Settings
    calls: Calls
    clock: Clock
    store: TokenStore | None
    road: str

    def channels(self) -> Iterator[Channel]:
        yield from self._wecom()
        yield from self._account()
        yield from self._sms()
        yield from self._voice()

    def _wecom(self) -> Iterator[Channel]:
        base = self._base(self.settings.wecom_api_base)
        if not base:
            return
        yield WecomRobot(self.calls, base, per_robot(self.settings.robot_per_minute, self.settings.red_reserve))
        tokens, agent = self._application_tokens(), self.settings.wecom_agent_id
        if tokens is None or agent is None:
            return
        member, day = per_member(self.settings.red_reserve), per_day(self.settings.wecom_account_cap)
        yield WecomApp(self.calls, tokens, base, agent, member, day)
        yield Appchat(self.calls, tokens, base, per_group())
        if self.settings.wecom_customer_groups:
            limits = self.settings.wecom_base_minute, self.settings.wecom_base_hour
            yield CustomerGroup(self.calls, tokens, base, frequency.base(CustomerGroup.name, *limits))
        if self.settings.pstncc:
            yield Pstncc(self.calls, tokens, base, called_per_member())

    def _account(self) -> Iterator[Channel]:
        tokens = account_tokens(self.settings, self.calls, self.clock, self.road, self.store)
        if tokens is None:
            return
        account = Account(self.calls, tokens, self._base(self.settings.oa_api_base), self.clock)
        yield OaReply(account)
        yield OaTemplate(account)
        if self.settings.oa_notice_template_id:
            yield OaNotice(account)
        if self.settings.oa_mass:
            yield OaMass(account)

    def _sms(self) -> Iterator[Channel]:
        url = self._gateway(self.settings.sms_webhook, TRAINING_SMS)
        if url:
            limits = per_number(self.settings.red_reserve)
            yield Sms(self.calls, self._vault(), self.clock, self.road, url, limits)

    def _voice(self) -> Iterator[Channel]:
        url = self._gateway(self.settings.voice_webhook, TRAINING_VOICE)
        if url:
            quotas = per_gateway(self.settings.voice_lines)
            yield Voice(self.calls, self._vault(), self.clock, self.road, url, called_per_number(), quotas)

    def _base(self, live: str) -> str:
        return live if self.road == "live" else self.settings.training_api_base

    def _gateway(self, live: str, training: str) -> str:
        """A county without a gateway has none in the training room either, whose lines are the simulator's."""
        if not live or self.road == "live":
            return live
        return f"{self.settings.training_api_base}{training}" if self.settings.training_api_base else ""

    def _application_tokens(self) -> Tokens | None:
        return application_tokens(self.settings, self.calls, self.clock, self.road, self.store)

    def _vault(self) -> Vault:
        return Vault(self.settings.secret_key)
