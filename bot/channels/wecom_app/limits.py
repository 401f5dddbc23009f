"""The application message's limits: developer.work.weixin.qq.com, documents 90236 and 90312."""

NAME = "wecom_app"
TEXT_BYTES = 2048  # of UTF-8; longer is cut by the platform, so we never let it
TAIL_BYTES = 0
PER_TARGET = 1000  # members in one call
DUPLICATE_SECONDS = 14400  # for as long the platform compares requests, four hours at most
