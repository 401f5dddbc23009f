"""Every table of the house, named in one place, so that the metadata is whole."""

from bot.access import models as access
from bot.db.base import metadata
from bot.directory import models as directory
from bot.leases import models as leases
from bot.record import models as record
from broadcasts.alerts import models as alerts
from broadcasts.audience import models as audience
from broadcasts.dispatch import models as dispatch
from broadcasts.intake import models as intake
from broadcasts.release import models as release

ROOMS = (access, alerts, audience, directory, dispatch, intake, leases, record, release)
__all__ = ["ROOMS", "metadata"]
