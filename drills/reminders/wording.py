"""The words of a test of reachability beside its own text, from templates/messages/sounding.txt."""

from broadcasts.dispatch.texts.render import CHINESE, render


def heard_words(language: str = CHINESE) -> str:
    """To who answered."""
    return render("sounding.txt", language=language)
