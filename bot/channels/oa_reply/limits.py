"""The customer-service message's limits: developers.weixin.qq.com, api_sendcustommessage. It may be sent for 48 hours
after somebody wrote, five times; outside that window never."""

from bot.coordination.contract import Quota

NAME = "oa_reply"
TEXT_BYTES = 2048  # of UTF-8
TAIL_BYTES = 0
PER_TARGET = 1
A_DAY = 500_000  # calls of custom/send by one account: Message_Management/API_Call_Limits
QUOTAS = (Quota("oa_reply", A_DAY, reserve=A_DAY // 10),)
