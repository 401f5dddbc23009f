"""Codes of the gateway that recognises speech, as docs/gateways.zh-CN.md lists them, and its words for them."""

BAD_SIGNATURE = 40001
UNREADABLE = 40002
BAD_FORMAT = 40004

WORDS = {BAD_SIGNATURE: "signature mismatch", UNREADABLE: "unreadable", BAD_FORMAT: "format not supported"}
FORMATS = frozenset({"amr", "amr-wb", "mp3", "wav", "ogg", "aac", "m4a", "silk"})
BYTES = 2 * 1024 * 1024
