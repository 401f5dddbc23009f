"""A screen: its own page shows what is in force, or somebody types two lines into it by hand. Nothing is sent to it, so
this road has no send.py."""

NAME = "screen"
TEXT_BYTES = 600  # of two lines
TAIL_BYTES = 0
PER_TARGET = 1
