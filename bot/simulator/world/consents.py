"""What a follower has consented to: so many notices of a template, or all of them until they refuse."""

LASTING = "lasting"


class Consents:
    """The pages do not say how many one-time consents add up; here each is one notice."""

    def __init__(self) -> None:
        self._left: dict[str, int] = {}
        self._lasting: set[str] = set()

    def accept(self, template_id: str, *, lasting: bool) -> None:
        if lasting:
            self._lasting.add(template_id)
        else:
            self._left[template_id] = self._left.get(template_id, 0) + 1

    def refuse(self, template_id: str) -> None:
        self._left.pop(template_id, None)
        self._lasting.discard(template_id)

    def take(self, template_id: str) -> bool:
        """Use one. False where none is left."""
        if template_id in self._lasting:
            return True
        left = self._left.get(template_id, 0)
        self._left[template_id] = max(0, left - 1)
        return left > 0

    def view(self) -> dict[str, int | str]:
        return {name: n for name, n in self._left.items() if n} | dict.fromkeys(self._lasting, LASTING)
