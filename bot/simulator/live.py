"""Whoever watches a page is told that something changed, and nothing else."""

import asyncio


class Live:
    def __init__(self) -> None:
        self.closed = False
        self._watchers: set[asyncio.Event] = set()

    def watch(self) -> asyncio.Event:
        """An event that is set by the next change. Hand it back to `leave`."""
        watcher = asyncio.Event()
        self._watchers.add(watcher)
        return watcher

    def leave(self, watcher: asyncio.Event) -> None:
        self._watchers.discard(watcher)

    def touch(self) -> None:
        for watcher in self._watchers:
            watcher.set()

    def close(self) -> None:
        self.closed = True
        self.touch()
