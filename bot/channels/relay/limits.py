"""A group of personal WeChat: no API writes there. A person forwards the text by hand, and its copy is that task; so
this road has no request and no send.py."""

NAME = "relay"
TEXT_BYTES = 2048  # as one message that is forwarded whole
TAIL_BYTES = 160  # kept for the group's own line, as for a robot
PER_TARGET = 1
