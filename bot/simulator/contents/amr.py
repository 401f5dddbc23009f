"""How long an AMR plays, by its frames (RFC 4867, section 5): 20 ms each. Pure."""

HEAD = b"#!AMR\n"
FRAMES = (12, 13, 15, 17, 19, 20, 26, 31, 5)  # bytes behind a frame's first, by its mode
SILENT = 15  # a mode without any


def seconds(body: bytes) -> float | None:
    """None where it is none, or breaks off."""
    if not body.startswith(HEAD):
        return None
    at, frames = len(HEAD), 0
    while at < len(body):
        mode = body[at] >> 3 & 0x0F
        if mode >= len(FRAMES) and mode != SILENT:
            return None
        at += 1 + (FRAMES[mode] if mode < len(FRAMES) else 0)
        frames += 1
    return frames / 50 if frames and at == len(body) else None
