"""The words of a test of reachability beside its own text, from templates/messages/sounding.txt."""

from broadcasts.dispatch.texts.render import render


def heard_words() -> str:
    """To who answered."""
    return render("sounding.txt").strip()
