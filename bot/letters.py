"""Full-width forms as the half-width ones they stand for: one letter for one, so that places in a text stay places."""

_APART = 0xFEE0  # between ！ and !, ０ and 0, Ａ and A
NARROW = {code: code - _APART for code in range(0xFF01, 0xFF5F)}  # letters, digits and signs
NARROW_LETTERS = {wide: half for wide, half in NARROW.items() if chr(half).isalnum()}  # signs as they were written
