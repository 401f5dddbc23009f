"""Customer contact beside its sending: which groups there are, what became of a task, and a word to whoever must
confirm it. developer.work.weixin.qq.com, documents 92120, 92122, 93338 and 97610."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from bot.channels.contract import SendError
from bot.channels.customer_group.limits import LISTED, RESULTS
from bot.clock import Clock
from bot.config import Settings
from bot.wechat.http import Calls, parse
from bot.wechat.renewal import endpoint, taken
from bot.wechat.shared_tokens import application_tokens
from bot.wechat.tokens import Tokens

PATH = "/cgi-bin/externalcontact"
LIST, GET = f"{PATH}/groupchat/list", f"{PATH}/groupchat/get"
TASK, RESULT = f"{PATH}/get_groupmsg_task", f"{PATH}/get_groupmsg_send_result"
REMIND, CANCEL = f"{PATH}/remind_groupmsg_send", f"{PATH}/cancel_groupmsg_send"
AT_ONCE = 4  # calls
PAGES = 200  # a list that does not end by then never does
CONFIRMED = 2  # of a member's task
SENT, NOT_FRIEND, ANOTHER = 1, 2, 3  # of one group's copy


class Listed(NamedTuple):
    """A customers' group. `name` is empty where its owner gave it none."""

    chat_id: str
    owner: str
    name: str


@asynccontextmanager
async def contacts(settings: Settings, clock: Clock) -> AsyncIterator[dict[str, "Contact"]]:
    """By road; none where the county has not opened customers' groups."""
    async with Calls(timeout=settings.call_timeout, connections=AT_ONCE, by_hand=False) as calls:
        bases = {"live": settings.wecom_api_base, "training": settings.training_api_base}
        found = {road: application_tokens(settings, calls, clock, road) for road in bases}
        there = {road: tokens for road, tokens in found.items() if tokens and settings.wecom_customer_groups}
        yield {road: Contact(calls, tokens, bases[road]) for road, tokens in there.items()}


@dataclass(frozen=True)
class Contact:
    """One road's customer contact. Every call raises SendError."""

    calls: Calls
    tokens: Tokens
    base: str

    async def chats(self) -> list[str]:
        """The ids of all customers' groups that the application may see, those that were handed on as well."""
        pages = self._pages(LIST, {"status_filter": 0, "limit": LISTED})
        return [str(one["chat_id"]) async for page in pages for one in page.get("group_chat_list") or []]

    async def chat(self, chat_id: str) -> Listed:
        said = await self._ask(GET, {"chat_id": chat_id, "need_name": 0})
        found = said.get("group_chat") or {}
        return Listed(chat_id, str(found.get("owner") or ""), str(found.get("name") or ""))

    async def confirmed(self, message_id: str, sender: str) -> bool:
        """Whether the member has confirmed the task."""
        pages = self._pages(TASK, {"msgid": message_id, "limit": LISTED})
        tasks = [one async for page in pages for one in page.get("task_list") or []]
        mine = [one for one in tasks if str(one.get("userid")).lower() == sender.lower()]
        return any(one.get("status") == CONFIRMED for one in mine)

    async def results(self, message_id: str, sender: str) -> dict[str, int]:
        """By group: what became of its copy. A group of which nothing is known yet is not among them."""
        pages = self._pages(RESULT, {"msgid": message_id, "userid": sender, "limit": RESULTS})
        return {
            str(one["chat_id"]): int(one.get("status") or 0)
            async for page in pages
            for one in page.get("send_list") or []
            if one.get("chat_id")
        }

    async def remind(self, message_id: str) -> None:
        await self._ask(REMIND, {"msgid": message_id})

    async def cancel(self, message_id: str) -> None:
        await self._ask(CANCEL, {"msgid": message_id})

    async def _pages(self, path: str, asked: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        cursor = ""
        for _ in range(PAGES):
            said = await self._ask(path, asked | ({"cursor": cursor} if cursor else {}))
            yield said
            cursor = str(said.get("next_cursor") or "")
            if not cursor:
                return
        raise SendError("bad_answer")

    async def _ask(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        ready = orjson.dumps(document)
        return await taken(self.tokens, lambda token: self._post(path, token, ready))

    async def _post(self, path: str, token: str, ready: bytes) -> dict[str, Any]:
        return parse(await self.calls.post(endpoint(self.base, path, token), ready))
