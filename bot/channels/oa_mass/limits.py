"""The mass send's limits: developers.weixin.qq.com, Batch_Sends, api_masssend and API_Call_Limits.

A follower of a service account gets four a month, whatever way they are sent. What is sent as text cannot be deleted:
mass/delete takes back articles and videos alone."""

from bot.coordination.contract import Quota

NAME = "oa_mass"
TEXT_BYTES = 1800  # 600 characters of Chinese, as the platform's own editor counts; the endpoint's page names no figure
TAIL_BYTES = 0
LEAST, PER_TARGET = 2, 10_000  # openids in one call
A_MONTH = 4  # for one follower, from the first to the last of the month
FOR_RED = 1  # of these: a new warning of another colour leaves it, what mends or ends an earlier one does not
A_MINUTE, A_DAY = 60, 100  # calls by one account
DAY = Quota(NAME, A_DAY, reserve=A_DAY // 10)
QUOTAS = (Quota(NAME, A_MINUTE, 60.0, reserve=A_MINUTE // 10), DAY)
KEY_BYTES = 64  # of a clientmsgid
REPEAT_SECONDS = 86_400  # for as long the platform knows it
CONFIRM_MINUTES = 30  # what an administrator has where 群发保护 is on, for a send to all
TO_MANY, TO_TAG, TO_ALL, PREVIEW = "mass", "mass-tag", "mass-all", "mass-preview"  # the forms of its parcels
