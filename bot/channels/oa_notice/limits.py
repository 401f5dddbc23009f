"""The subscription notice's limits: developers.weixin.qq.com, Subscription_Messages/intro and api_sendnewsubscribemsg.
One call for one openid, and only where she has consented: once for each notice, or lastingly at accounts of government,
medicine and public service. Its fields are of the template message's kinds and lengths."""

from bot.coordination.contract import Quota

NAME = "oa_notice"
TEXT_BYTES = 20000  # of the frozen JSON object; the fields have their own lengths
TAIL_BYTES = 0
PER_TARGET = 1
QUOTAS = (Quota(NAME, None),)  # the platform has a day's number and names it nowhere
ONCE, LASTING = "once", "lasting"  # the two kinds of consent
