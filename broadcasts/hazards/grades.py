"""The colours of a warning, in the order of the law, and their names on each scale that we read."""

from enum import StrEnum


class Grade(StrEnum):
    """One of the four colours of 突发事件应对法 art. 63, or a province's white. `rank` 1 is the most severe."""

    red = "red"
    orange = "orange"
    yellow = "yellow"
    blue = "blue"
    white = "white"

    @property
    def rank(self) -> int:
        return RANKS[self]

    @property
    def zh(self) -> str:
        return CHINESE[self]


RANKS = {Grade.red: 1, Grade.orange: 2, Grade.yellow: 3, Grade.blue: 4, Grade.white: 5}
CHINESE = {Grade.red: "红色", Grade.orange: "橙色", Grade.yellow: "黄色", Grade.blue: "蓝色", Grade.white: "白色"}
BY_CHINESE = {"红": Grade.red, "橙": Grade.orange, "黄": Grade.yellow, "蓝": Grade.blue, "白": Grade.white}
BY_SEVERITY = {"Extreme": Grade.red, "Severe": Grade.orange, "Moderate": Grade.yellow, "Minor": Grade.blue}
SEVERITIES = {grade: severity for severity, grade in BY_SEVERITY.items()}
