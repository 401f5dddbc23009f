"""The template message's limits: developers.weixin.qq.com, Template_Message_Interface and the keywords' own lengths.
A field is a pointer of a few letters; the signal stands on the page behind it."""

from bot.coordination.contract import Quota

NAME = "oa_template"
TEXT_BYTES = 20000  # of the frozen JSON object; the fields have their own lengths
TAIL_BYTES = 0
PER_TARGET = 1
A_DAY = 100_000  # calls by one account: Message_Management/API_Call_Limits; more from 100,000 followers on
QUOTAS = (Quota("oa_template", A_DAY, reserve=A_DAY // 10),)
REPEAT_SECONDS = 600  # for as long the platform knows a client_msg_id
FIELDS = {  # characters, by the kind that a field's name begins with
    "thing": 20,
    "character_string": 32,
    "number": 32,
    "phrase": 5,
    "const": 20,
    "symbol": 5,
    "name": 10,
    "phone_number": 17,
    "time": 40,
    "date": 40,
}


def kind(field: str) -> str:
    """thing of thing1, character_string of character_string4."""
    return field.rstrip("0123456789")


def fitted(field: str, words: str) -> str:
    """`words` as one line within the field's length; never empty, which the platform refuses."""
    line = " ".join(words.split()) or "-"
    most = FIELDS.get(kind(field), 20)
    return line if len(line) <= most else line[: most - 1] + "…"
