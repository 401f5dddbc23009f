"""Finding the area that a cell means: by its code, or by its name where only one bears it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from bot.directory.imports.cells import BadCell, plain, tight


class Places:
    """Areas by code and name. `entries` gives code, name and parent's code."""

    def __init__(self, entries: Iterable[tuple[str, str, str]]) -> None:
        known = [*entries]
        self.names: Mapping[str, str] = {code: name for code, name, _ in known}
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        for code, name, parent in known:
            self._by_name[name].append(code)
            if parent in self.names:
                self._by_name[f"{self.names[parent]}{name}"].append(code)

    def find(self, text: str) -> str:
        """The area's code. Raises BadCell."""
        code = tight(text).removesuffix(".0")
        if code in self.names:
            return code
        found = self._by_name.get(plain(text), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise BadCell(f"有 {len(found)} 个区划叫“{plain(text)}”。请写代码，例如 {found[0]}。")
        raise BadCell(f"没有“{plain(text)[:40]}”这个区划。请先导入区划，或改正代码。")
