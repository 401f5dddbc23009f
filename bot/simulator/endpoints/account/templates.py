"""GET /cgi-bin/template/get_all_private_template (the account's api_getalltemplates): the templates that were added."""

from bot.simulator.config import Side, SimTemplate
from bot.simulator.endpoints.account.access import admit
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.platform import Platform


def answer(platform: Platform, call: Call) -> Answer:
    admit(platform, call, "templates")
    return {"template_list": [_row(one) for one in platform.account.templates.values()]}


def _row(one: SimTemplate) -> Answer:
    content = "\n".join(f"{label}:{{{{{name}.DATA}}}}" for name, label in one.fields)
    return {"template_id": one.id, "title": one.title, "content": content, "example": ""}


TEMPLATES = Endpoint("templates", "GET", "/cgi-bin/template/get_all_private_template", answer, side=Side.oa)
