"""Codes of the gateway for telephone calls, as docs/gateways.zh-CN.md lists them, and its words for them."""

BAD_SIGNATURE = 40001
BAD_ID = 40002
BAD_NUMBER = 40003
BAD_TEXT = 40004
TOO_OFTEN = 42900
NO_LINE = 42902

WORDS = {
    BAD_SIGNATURE: "signature mismatch",
    BAD_ID: "unreadable",
    BAD_NUMBER: "invalid phone",
    BAD_TEXT: "text refused",
    TOO_OFTEN: "too many calls to this phone",
    NO_LINE: "all lines are taken",
}
CALLS = (3, 300.0)  # to one number, within so many seconds
SECONDS = 600  # that a call may last at the most
BYTES = 1500  # of a text
