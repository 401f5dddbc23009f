"""`demo`: the sample county, alive on the simulator, or one story of it played to its end."""

from bot.demo.once import once as play


def demo(*, port: int, once: bool, story: str) -> int:
    """The exit status."""
    if once:
        return play(story)
    from bot.demo.live import live

    return live(port)
