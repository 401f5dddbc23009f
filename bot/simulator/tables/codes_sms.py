"""Codes of the gateway for text messages, as docs/gateways.zh-CN.md lists them, and its words for them."""

BAD_SIGNATURE = 40001
BAD_ID = 40002
BAD_NUMBER = 40003
BAD_TEXT = 40004

WORDS = {
    BAD_SIGNATURE: "signature mismatch",
    BAD_ID: "invalid id",
    BAD_NUMBER: "invalid phone",
    BAD_TEXT: "text refused",
}
