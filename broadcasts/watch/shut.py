"""Which channels the Watch found shut when it last looked, whether or not anything has been sent by them since."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.watch.note import open_findings

OF_WECOM = ("wecom_app", "appchat", "customer_group", "pstncc")
OF_THE_ACCOUNT = ("oa_template", "oa_notice", "oa_reply", "oa_mass")
SHUT: Mapping[str, tuple[str, ...]] = {
    "wecom_refuses": OF_WECOM,
    "wecom_silent": (*OF_WECOM, "wecom_robot"),
    "oa_refuses": OF_THE_ACCOUNT,
    "oa_silent": OF_THE_ACCOUNT,
    "template_gone": ("oa_template",),
}
GATEWAYS = frozenset({"gateway_refuses", "gateway_silent"})  # their subject is the channel


async def shut(session: AsyncSession) -> frozenset[str]:
    found = await open_findings(session)
    channels = {name for finding in found for name in SHUT.get(finding.kind, ())}
    return frozenset(channels | {finding.subject for finding in found if finding.kind in GATEWAYS})
