"""Reads our own JSON, for platforms that have neither CAP nor the national XML.

    {"identifier": "QY-20260712-01", "sender": "青崖县气象台", "sent": "2026-07-12T02:38:00+08:00",
     "msg_type": "Alert", "status": "Actual", "scope": "Public", "references": ["QY-20260711-07"],
     "info": [{"event": "暴雨", "event_code": "11B03", "colour": "red", "headline": "…", "description": "…",
               "expires": "2026-07-12T05:38:00+08:00",
               "areas": [{"desc": "青崖县", "codes": ["331199"]}]}]}

Or flat, for one language: the fields of `info` stand beside the identifier. `area_codes` is short for one area.
A reference is an identifier, CAP's "sender,identifier,sent", or an object of these. Colours are red … or 红色 …;
pairs are [lat, lon]. What is not named in `shapes` is refused, so that a slip of the pen is not lost in silence.
"""

from pydantic import ValidationError

from broadcasts.hazards.catalogue import hazard
from broadcasts.intake.message import Fault, Form, Info, Message, MessageArea, Reference, Resource, Unreadable
from broadcasts.intake.readers import identity, places
from broadcasts.intake.readers.colour import colour
from broadcasts.intake.readers.national.infos import severity
from broadcasts.intake.readers.shapes import Area, Block, Flat, Head, Warned, faults

Pairs = tuple[tuple[str, str], ...]
NOT_ONE = "这里应当是一个预警对象 {…}。请核对是否发错了文件。"


def read(value: object, pointer: str, raw: bytes) -> Message:
    """The message. Raises Unreadable with the JSON pointer of everything that is missing, unknown or mistyped."""
    if not isinstance(value, dict):
        raise Unreadable(Fault(pointer, None, NOT_ONE))
    try:
        if "info" in value:
            warned = Warned.model_validate(value, strict=True)
            return _message(warned, warned.info, raw)
        flat = Flat.model_validate(value, strict=True)
        return _message(flat, [flat], raw)
    except ValidationError as error:
        raise Unreadable(*faults(error, pointer)) from None


def _message(head: Head, blocks: list[Block], raw: bytes) -> Message:
    return Message(
        form=Form.own,
        identifier=head.identifier,
        sender=head.sender,
        sent=head.sent,
        infos=tuple(_info(block, head.sender) for block in blocks),
        status=head.status,
        msg_type=head.msg_type,
        scope=head.scope,
        source=head.source,
        note=head.note,
        restriction=head.restriction,
        addresses=head.addresses,
        codes=tuple(head.codes),
        incidents=head.incidents,
        references=tuple(Reference(one.identifier, one.sender, one.sent) for one in head.references),
        national=identity.is_national(head.identifier),
        raw=raw,
    )


def _info(block: Block, sender: str) -> Info:
    """A colour follows from the headline or from severity where none is given, as in CAP, and severity from it."""
    parameters: Pairs = tuple((one.name, one.value) for one in block.parameters)
    event = block.event or hazard(block.event_code or "").name
    found = block.colour or colour(parameters, (block.headline, event), block.severity or "")
    return Info(
        language=block.language,
        event=event,
        event_code=block.event_code,
        colour=found,
        categories=tuple(block.categories),
        urgency=block.urgency,
        severity=block.severity or severity(found),
        certainty=block.certainty,
        response_types=tuple(block.response_types),
        audience=block.audience,
        effective=block.effective,
        onset=block.onset,
        expires=block.expires,
        sender_name=block.sender_name or sender,
        headline=block.headline,
        description=block.description,
        instruction=block.instruction,
        web=block.web,
        contact=block.contact,
        parameters=parameters,
        event_codes=tuple((one.name, one.value) for one in block.event_codes),
        resources=tuple(Resource(**one.model_dump()) for one in block.resources),
        areas=tuple(map(_area, block.everywhere)),
    )


def _area(area: Area) -> MessageArea:
    crossed = (("polygon", " ".join(f"{lat},{lon}" for lat, lon in r)) for r in area.rings if places.crosses(r))
    own = tuple(("own", code) for code in area.codes if not places.is_division(code))
    return MessageArea(
        desc=area.desc,
        codes=tuple(filter(places.is_division, area.codes)),
        other_codes=(*own, *((one.name, one.value) for one in area.other_codes), *crossed),
        polygons=tuple(ring for ring in area.rings if not places.crosses(ring)),
        circles=tuple(one.circle for one in area.circles),
        altitude=area.altitude,
        ceiling=area.ceiling,
    )
