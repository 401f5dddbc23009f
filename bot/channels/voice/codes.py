"""What the gateway's `code` means for a call: the table of docs/gateways.zh-CN.md, as for texts, and one more."""

from bot.channels.sms.codes import SMS
from bot.wechat.codes import Verdict

VOICE: dict[int, Verdict] = {
    **SMS,
    42902: Verdict("busy", permanent=False, wait=10.0),  # all its lines are taken
}
