"""What an alert says on the telephone: who calls, its facts and what to do, twice, and then the keys. Of a relayed
signal its own facts alone are spoken, with who issued it and when; word for word it stands in the message."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.channels.voice.body import frozen
from bot.channels.voice.limits import CALL, TEXT_BYTES
from bot.channels.voice.limits import NAME as VOICE
from broadcasts.audience.select import Target
from broadcasts.dispatch.texts.alert_text import AlertText, headline
from broadcasts.dispatch.texts.forms import TEXT, Shaped, Write
from broadcasts.dispatch.texts.own_words import OWN
from broadcasts.dispatch.texts.render import render
from broadcasts.dispatch.texts.spoken import spoken

DRILL_ROOM = 64  # bytes for what a drill says before and after
OWN_LETTERS = 100  # of what the county itself says: as many whole sentences as fit are spoken
CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")


@dataclass(frozen=True)
class CallText:
    """`county` is who calls; `clip` the address of a recording that comes before the words."""

    text: AlertText
    county: str
    clip: str = ""

    def of(self, channel: str, target: Target) -> str:
        return CALL if channel == VOICE else TEXT

    def shape(self, form: str, channel: str, role: str, language: str, limit: int, write: Write) -> Shaped:
        """An emergency call reads nothing out: its words are for our own pages."""
        language = self.text.roads.speaks(language)
        said = write(channel, role, language, limit)[0]
        return Shaped(CALL, [frozen(said, language, self.clip)]) if form == CALL else Shaped(TEXT, [said])

    def write(self, channel: str, role: str, language: str, limit: int) -> list[str]:
        """One part always: whatever is too long loses its advice, line by line."""
        language = self.text.roads.speaks(language)
        lines = self.text.do(role, language)
        texts = [self._said(lines[:kept], language) for kept in range(len(lines), -1, -1)]
        room = min(limit, TEXT_BYTES - DRILL_ROOM)
        return [next((t for t in texts if len(t.encode()) <= room), texts[-1])]

    def _said(self, advice: Sequence[str], language: str) -> str:
        t = replace(self.text, again=None)
        ends = None if t.clear else t.alert.expires
        said = render(
            "call.txt",
            language=language,
            county=self.county,
            head=headline(t.alert, t.purpose, t.change, t.place).replace(" ", "，"),
            said=t.said(language).replace(" ", "").replace("\n", "，"),
            what=_sentences(t.what) if t.alert.kind in OWN else "",
            advice=[line.rstrip("。") for line in advice],
            until=spoken(ends, t.at, t.zone, language) if ends else "",
        )
        return CLOCK.sub(lambda found: f"{found[1]}点{int(found[2])}分", said)


def _sentences(words: str) -> str:
    """Whole sentences from the beginning; never a part of one."""
    kept = ""
    for found in SENTENCE.findall(words):
        one = found.strip().rstrip("。") + "。"
        if len(kept) + len(one) > OWN_LETTERS:
            break
        kept += one if one != "。" else ""
    return kept
