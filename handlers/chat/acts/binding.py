"""绑定: staff who write for the first time say who they are, by an invitation's code or by name and number."""

import re

from bot.directory.binding.bind import accept, ask
from bot.directory.binding.models import BindingState
from bot.directory.imports.cells import BadCell
from bot.directory.imports.cells import phone as readable_phone
from bot.directory.models import Person
from broadcasts.dispatch.states import Road
from handlers.chat.turn import Turn
from handlers.wechat.models import Platform

NUMBER = re.compile(r"\+?[0-9][0-9 \-]{5,16}[0-9]")
CODE = re.compile(r"[0-9a-z]{8}")
NAME = re.compile(r"[\s,，.。、:：;；]+")


async def bind(turn: Turn, words: str) -> None:
    """`words` is what stood behind 绑定."""
    if turn.person is not None:
        await turn.say("known_already", name=turn.person.name)
    elif turn.talk.platform is Platform.sms:
        await turn.say("stranger", phone=await turn.phone())  # a number is the directory's own: the desk enters it
    elif turn.talk.road is not Road.live:
        await turn.say("how_to_bind")  # the directory is the live one: nobody is bound in the training room
    elif CODE.fullmatch(words):
        person = await accept(turn.session, turn.vault, words, turn.channel, turn.talk.address, turn.at)
        await (_bound(turn, person) if person else turn.say("bad_code"))
    else:
        await _by_phone(turn, words)


async def _by_phone(turn: Turn, words: str) -> None:
    found = NUMBER.search(words)
    name = NAME.sub("", words.replace(found.group(), " ")) if found else ""
    try:
        phone = readable_phone(found.group()) if found else ""
    except BadCell:
        phone = ""
    if not phone or not name:
        await turn.say("how_to_bind")
        return
    _forget(turn, found.group() if found else "")
    address = turn.talk.address
    asked = await ask(turn.session, turn.vault, turn.channel, address, name=name, phone=phone, at=turn.at)
    person = await turn.session.get(Person, asked.person_id) if asked.person_id else None
    if asked.state is BindingState.bound and person is not None:
        await _bound(turn, person)
    else:
        await turn.say("binding_asked")


def _forget(turn: Turn, number: str) -> None:
    """The number is kept sealed where it belongs; in what was said only its end stays."""
    body = dict(turn.inbound.body)
    before, _, after = str(body.get("Content") or "").partition(number)
    body["Content"] = f"{before}…{number[-4:]}{after}" if number in str(body.get("Content")) else "绑定 …"
    turn.inbound.body = body


async def _bound(turn: Turn, person: Person) -> None:
    """From the next word on this is that person."""
    turn.talk.person_id = person.id
    if turn.follower is not None:
        turn.follower.person_id = person.id
    await turn.session.flush()
    await turn.say("bound", name=person.name, place=(await turn.areas()).nodes[person.area_id].name)
