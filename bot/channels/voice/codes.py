"""What the gateway's `code` means for a call: the table of docs/gateways.zh-CN.md."""

from bot.wechat.codes import BUG, BUSY, CONTENT, CREDENTIALS, LIMIT, Verdict

VOICE: dict[int, Verdict] = {
    -1: BUSY,
    40001: CREDENTIALS,  # it does not know our signature
    40002: BUG,
    40003: Verdict("number_invalid"),
    40004: CONTENT,
    42900: LIMIT,
    42901: Verdict("quota", permanent=False, wait=600.0, alarm=True),  # nothing left that was paid for
    42902: Verdict("busy", permanent=False, wait=10.0),  # all its lines are taken
    43101: Verdict("opted_out"),
}
