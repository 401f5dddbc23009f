"""The customer-service message's limits: developers.weixin.qq.com, api_sendcustommessage. It may be sent for 48 hours
after somebody wrote, five times; outside that window never."""

NAME = "oa_reply"
TEXT_BYTES = 2048  # of UTF-8
TAIL_BYTES = 0
PER_TARGET = 1
