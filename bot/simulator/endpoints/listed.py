"""All endpoints of the stand-in. One more is one more file and one more name here."""

from bot.simulator.endpoints.account.custom import CUSTOM
from bot.simulator.endpoints.account.mass import MASSES
from bot.simulator.endpoints.account.menu import MENU, MENU_GET
from bot.simulator.endpoints.account.notice import NOTICE
from bot.simulator.endpoints.account.people import CLEAR_QUOTA, OAUTH, USER_INFO
from bot.simulator.endpoints.account.qrcode import QRCODE
from bot.simulator.endpoints.account.tags import TAGS
from bot.simulator.endpoints.account.template import TEMPLATE
from bot.simulator.endpoints.account.templates import TEMPLATES
from bot.simulator.endpoints.account.ticket import TICKET
from bot.simulator.endpoints.account.token import OLD_TOKEN, STABLE_TOKEN
from bot.simulator.endpoints.media import MEDIA_GET, MEDIA_UPLOAD
from bot.simulator.endpoints.sms import SMS
from bot.simulator.endpoints.speech import SPEECH
from bot.simulator.endpoints.voice import VOICE
from bot.simulator.endpoints.wecom.agent import ADDRESSES, AGENT
from bot.simulator.endpoints.wecom.app_message import APP
from bot.simulator.endpoints.wecom.appchat import CHAT, CREATE_CHAT, GET_CHAT
from bot.simulator.endpoints.wecom.customer_chats import CUSTOMER_CHATS
from bot.simulator.endpoints.wecom.group_message import GROUP_MESSAGES
from bot.simulator.endpoints.wecom.pstncc import CALL, CALL_STATES
from bot.simulator.endpoints.wecom.recall import RECALL
from bot.simulator.endpoints.wecom.robot import ROBOT
from bot.simulator.endpoints.wecom.sign_in import USER_OF_CODE
from bot.simulator.endpoints.wecom.token import TOKEN
from bot.simulator.endpoints.wecom.update_card import UPDATE_CARD

WECOM = (TOKEN, ROBOT, APP, UPDATE_CARD, RECALL, CREATE_CHAT, GET_CHAT, CHAT, USER_OF_CODE, CALL, CALL_STATES)
ACCOUNT = (STABLE_TOKEN, OLD_TOKEN, TEMPLATE, CUSTOM, QRCODE, MENU, MENU_GET, USER_INFO, OAUTH, CLEAR_QUOTA)
STANDING = (AGENT, ADDRESSES, TEMPLATES)  # asked by the Watch and the set-up guide
ENDPOINTS = (
    *STANDING,
    *WECOM,
    *CUSTOMER_CHATS,
    *GROUP_MESSAGES,
    *ACCOUNT,
    NOTICE,
    *MASSES,
    *TAGS,
    TICKET,
    MEDIA_UPLOAD,
    MEDIA_GET,
    SMS,
    VOICE,
    SPEECH,
)
