"""The bytes of an emergency call, and of the question what became of it."""

from collections.abc import Sequence

import orjson


def body(members: Sequence[str]) -> bytes:
    return orjson.dumps({"callee_userid": list(members)})


def question(member: str, call_id: str) -> bytes:
    return orjson.dumps({"callee_userid": member, "callid": call_id})
