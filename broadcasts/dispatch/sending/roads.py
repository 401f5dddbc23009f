"""Which channels are open now, by what the county has set up."""

from dataclasses import dataclass

from bot.config import CHINESE, Settings
from broadcasts.dispatch.states import Purpose

REPLY, TEMPLATE, NOTICE, MASS, SMS = "oa_reply", "oa_template", "oa_notice", "oa_mass", "sms"
VOICE, PSTNCC = "voice", "pstncc"
POINTERS = frozenset({TEMPLATE, NOTICE})  # fields of a few letters, and a page behind them
BY = {"oa_": "oa", "wecom_": "wecom"}  # channels' names begin with their platform's


@dataclass(frozen=True)
class Roads:
    """What a message may offer and by what it may leave. `base_url` is empty where the county has no public address;
    `fields` says which of the template's fields holds what."""

    channels: frozenset[str]
    base_url: str = ""
    hears_wecom: bool = False  # a digit typed there comes back to us
    hears_oa: bool = False
    hears_sms: bool = False
    template_id: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    notice_id: str = ""  # of the subscription notice's template, with its own fields
    notice_fields: tuple[tuple[str, str], ...] = ()
    languages: frozenset[str] = frozenset()  # in which the county speaks

    def of(self, purpose: Purpose) -> frozenset[str]:
        """The account's reply is open to who just wrote, and so for answering alone; an answer is no template."""
        return self.channels - (POINTERS if purpose is Purpose.reply else {REPLY})

    def speaks(self, language: str) -> str:
        """In which language whoever wants this one is spoken to."""
        return language if language in self.languages else CHINESE

    def page(self, code: str, channel: str = "") -> str:
        """The link of a message, empty where the county has no public address. It says by which platform its readers
        are known; what is forwarded by hand says nothing, and is read by anybody."""
        by = next((f"?by={platform}" for start, platform in BY.items() if channel.startswith(start)), "")
        return f"{self.base_url}/h5/a/{code}{by}" if self.base_url and code else ""


def open_roads(settings: Settings) -> Roads:
    """Robots need nothing but their keys, what people do by hand not even that; the others need credentials, a template
    a page behind it, and text messages the county's own gateway."""
    names = {"wecom_robot", "relay", "speaker", "screen"} | (
        {"wecom_app", "appchat"} if settings.has_application else set()
    )
    if settings.wecom_customer_groups:
        names |= {"customer_group"}
    if settings.has_account:
        names |= {REPLY} | ({TEMPLATE} if settings.oa_template_id and settings.base_url else set())
        names |= ({NOTICE} if settings.oa_notice_template_id else set()) | ({MASS} if settings.oa_mass else set())
    if settings.sms_webhook:
        names |= {SMS}
    names |= ({VOICE} if settings.voice_webhook else set()) | ({PSTNCC} if settings.pstncc else set())
    return Roads(
        frozenset(names),
        settings.base_url,
        settings.hears_wecom,
        settings.hears_oa,
        settings.hears_sms,
        settings.oa_template_id,
        tuple(_fields(settings.oa_template_fields)),
        settings.oa_notice_template_id,
        tuple(_fields(settings.oa_notice_fields)),
        frozenset(settings.spoken),
    )


def _fields(text: str) -> list[tuple[str, str]]:
    """thing1=what,time3=when as pairs."""
    pairs = (part.partition("=") for part in text.split(",") if part.strip())
    return [(name.strip(), fact.strip()) for name, _, fact in pairs]
