"""A loudspeaker: somebody reads the text out. The copy is that person's task, so this road has no request and no
send.py."""

NAME = "speaker"
TEXT_BYTES = 16_000  # a text is read whole, whatever its length: this only bounds it
TAIL_BYTES = 0
PER_TARGET = 1
