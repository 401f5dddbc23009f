"""A frozen set of followers' ids in few bytes: each id less the one before, seven bits a byte. Pure; worker and web
read it.

Followers come one after the other, so that nearly every step fits into one byte and both ways run without a loop."""

from collections.abc import Sequence
from itertools import accumulate
from operator import sub

from bot.channels.oa_mass.limits import LEAST, PER_TARGET

MORE = 0x80  # set where a step goes on in the next byte


def encoded(ids: Sequence[int]) -> bytes:
    """`ids` in rising order, none twice."""
    steps = list(map(sub, ids, [0, *ids[:-1]]))
    if max(steps, default=0) < MORE:
        return bytes(steps)
    found = bytearray()
    for step in steps:
        while step >= MORE:
            found.append(step & 0x7F | MORE)
            step >>= 7
        found.append(step)
    return bytes(found)


def decoded(blob: bytes) -> list[int]:
    """The ids again, in rising order."""
    first = _first(blob)
    if blob.isascii():
        return list(accumulate(blob))
    rest = blob[first:]
    if rest.isascii():  # only where it begins is far from nothing
        return list(accumulate(rest, initial=_steps(blob[:first])[0]))
    return list(accumulate(_steps(blob)))


def sliced(ids: Sequence[int], most: int = PER_TARGET, least: int = LEAST) -> list[Sequence[int]]:
    """As few calls as it takes. A rest too small for a call gets of the one before."""
    cuts = [ids[n : n + most] for n in range(0, len(ids), most)]
    if len(cuts) > 1 and (lack := least - len(cuts[-1])) > 0:
        cuts[-2:] = [cuts[-2][:-lack], [*cuts[-2][-lack:], *cuts[-1]]]
    return cuts


def _first(blob: bytes) -> int:
    """How many bytes the first step has."""
    return next((n for n, byte in enumerate(blob, 1) if byte < MORE), 0)


def _steps(blob: bytes) -> list[int]:
    steps, step, shift = [], 0, 0
    for byte in blob:
        step |= (byte & 0x7F) << shift
        if byte < MORE:
            steps.append(step)
            step = shift = 0
        else:
            shift += 7
    return steps
