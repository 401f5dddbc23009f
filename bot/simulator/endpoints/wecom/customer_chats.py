"""POST /cgi-bin/externalcontact/groupchat/list and /get, documents 92120 and 92122: which customers' groups
there are."""

from bot.simulator.contents import fields
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.endpoints.wecom.access import admit
from bot.simulator.endpoints.wecom.group_message import DONE, NAME, PATH, page
from bot.simulator.platform import Platform
from bot.simulator.tables import codes
from bot.simulator.tables.codes import Refused


def index(platform: Platform, call: Call) -> Answer:
    admit(platform, call, NAME)
    there = [{"chat_id": one.handle, "status": 0} for one in platform.customer_chats if not one.gone]
    return {**DONE, **page(call.document(), there, "group_chat_list")}


def one(platform: Platform, call: Call) -> Answer:
    admit(platform, call, NAME)
    chat = platform.customer_chats.addressed(fields.text(call.document(), "chat_id", codes.BAD_PARAMETER))
    if chat is None:
        raise Refused(codes.NO_CHAT)
    found = {"chat_id": chat.handle, "name": chat.name, "owner": platform.customers.owners[chat.handle]}
    return {**DONE, "group_chat": found}


CUSTOMER_CHATS = (
    Endpoint("groupchat_list", "POST", f"{PATH}/groupchat/list", index),
    Endpoint("groupchat_get", "POST", f"{PATH}/groupchat/get", one),
)
