"""What an inbound word holds, by its kind: the platforms' own field names end here. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from broadcasts.answers.models import How

SHOWN = 160
KINDS = {
    **{"image": "图片", "voice": "语音", "video": "视频", "shortvideo": "视频", "file": "文件"},
    **{"location": "位置", "link": "链接"},
}


@dataclass(frozen=True)
class Said:
    """`text` where it can be read, `place` longitude and latitude; `how` it came."""

    kind: str
    text: str = ""
    how: How = How.words
    place: tuple[float, float] | None = None

    @property
    def shown(self) -> str:
        """One line for lists."""
        line = " ".join(self.text.split())
        named = f"［{KINDS[self.kind]}］" if self.kind in KINDS else "" if self.kind == "text" else f"［{self.kind}］"
        return f"{named}{line}"[:SHOWN]


def said(kind: str, body: Mapping[str, Any]) -> Said:
    if kind == "text":
        return Said(kind, str(body.get("Content") or ""))
    if kind == "voice":
        return Said(kind, str(body.get("Recognition") or ""), How.voice)
    if kind == "location":
        return Said(kind, str(body.get("Label") or ""), place=_place(body))
    if kind == "link":
        return Said(kind, " ".join(str(body.get(name) or "") for name in ("Title", "Url")).strip())
    return Said(kind)


def _place(body: Mapping[str, Any]) -> tuple[float, float] | None:
    """Location_X is the latitude."""
    try:
        return float(body["Location_Y"]), float(body["Location_X"])
    except (KeyError, TypeError, ValueError):
        return None
