"""How often this process called WeCom's base interfaces since somebody last asked. What sends a message does not count
there; what leaves as a batch is counted by its batches, which last."""

from collections import Counter

from yarl import URL

ROOT = "/cgi-bin/"
# Interfaces whose calls are batches, and by which road or form of a batch.
OF_BATCHES = {
    "customer_group": "externalcontact/add_msg_template",
    "card-update": "message/update_template_card",
    "recall": "message/recall",
    "pstncc": "pstncc/call",
}
MESSAGES = frozenset({"webhook/send", "message/send", "appchat/send", "message/template/send"})
ELSEWHERE = MESSAGES | frozenset(OF_BATCHES.values())


class Called:
    def __init__(self) -> None:
        self._since: Counter[str] = Counter()

    def note(self, url: URL) -> None:
        """A call leaves for there."""
        before, _, interface = url.raw_path.partition(ROOT)
        if interface and interface not in ELSEWHERE:
            self._since[f"{url.origin()}{before}{ROOT}{interface}"] += 1

    def taken(self, base: str) -> dict[str, int]:
        """By interface of the platform at that address; it is counted anew from now on."""
        root = f"{base}{ROOT}"
        mine = {name: calls for name, calls in self._since.items() if name.startswith(root)}
        for name in mine:
            del self._since[name]
        return {name.removeprefix(root): calls for name, calls in mine.items()}

    def put_back(self, base: str, calls: dict[str, int]) -> None:
        """What was taken, and nobody kept."""
        self._since.update({f"{base}{ROOT}{name}": number for name, number in calls.items()})


CALLED = Called()
