"""All endpoints of the stand-in. One more is one more file and one more name here."""

from bot.simulator.endpoints.app_message import APP
from bot.simulator.endpoints.robot import ROBOT
from bot.simulator.endpoints.token import TOKEN

ENDPOINTS = (TOKEN, ROBOT, APP)
