"""Which identifiers are the national platform's, and what they tell."""

import re

from broadcasts.intake.readers.places import is_division

NATIONAL = re.compile(r"\d{14}_\d{14}(_\d)?", re.ASCII)


def is_national(identifier: str) -> bool:
    """senderCode (14 digits), `_`, time (14), and in the newer appendix `_N`: unique by itself."""
    return NATIONAL.fullmatch(identifier) is not None


def issuer_division(identifier: str) -> tuple[str, ...]:
    """The division (GB/T 2260) of the body that issued it: public feeds give no other area, and a station's warning
    without one is for its own division."""
    code = identifier[:6]
    return (code,) if is_national(identifier) and is_division(code) else ()
