"""The one file in a multipart body. Pure: the bytes are in memory already."""

import re
from dataclasses import dataclass

BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
FILENAME = re.compile(rb'filename="?([^";\r\n]*)"?', re.IGNORECASE)
FIELD = re.compile(rb'\bname="?media"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    body: bytes = b""
    filename: str = ""


def first(content_type: str, body: bytes) -> Part:
    """The field `media`; an empty part where there is none."""
    boundary = BOUNDARY.search(content_type)
    if boundary is None:
        return Part()
    for piece in body.split(b"--" + boundary[1].encode())[1:]:
        head, parted, rest = piece.partition(b"\r\n\r\n")
        if parted and FIELD.search(head):
            named = FILENAME.search(head)
            return Part(rest.removesuffix(b"\r\n"), named[1].decode("utf-8", "replace") if named else "")
    return Part()
