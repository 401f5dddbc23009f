"""How the record tells of a road that is down: two actions on one subject, the last of which holds."""

DOWN, UP = "road.down", "road.up"


def subject(road: str, channel: str) -> str:
    return f"road:{road}:{channel}"
