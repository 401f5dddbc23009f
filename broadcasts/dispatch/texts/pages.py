"""The code that names a message's page: read aloud on the telephone, typed in, and not guessed."""

import secrets

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"  # without I, L and O, which look like others
LENGTH = 8


def page_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
