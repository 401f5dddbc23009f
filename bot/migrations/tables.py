"""Every table of the house, named in one place, so that the metadata is whole."""

from bot.access import models as access
from bot.db.base import metadata
from bot.directory import models as directory
from bot.directory.binding import models as binding
from bot.directory.customers import models as customers
from bot.directory.lines import models as lines
from bot.directory.outlets import models as outlets
from bot.directory.shelters import models as shelters
from bot.leases import models as leases
from bot.record import models as record
from bot.sweeps import models as sweeps
from bot.wechat import models as wechat
from broadcasts.alerts import models as alerts
from broadcasts.answers import models as answers
from broadcasts.audience import models as audience
from broadcasts.clips import models as clips
from broadcasts.coverage import models as coverage
from broadcasts.customers import models as group_tasks
from broadcasts.dispatch import models as dispatch
from broadcasts.dispatch.failover import models as failover
from broadcasts.dispatch.masses.following import models as masses
from broadcasts.intake import models as intake
from broadcasts.ladder import models as ladder
from broadcasts.life import models as life
from broadcasts.notices import models as notices
from broadcasts.outlets import models as playbacks
from broadcasts.release import models as release
from broadcasts.subscriptions import models as subscriptions
from broadcasts.subscriptions.tags import models as account_tags
from broadcasts.tasks.evacuation import models as evacuation
from broadcasts.tasks.knocks import models as knocks
from broadcasts.watch import models as watch
from drills.bulletins import models as bulletins
from drills.drills import models as drills
from drills.drills.approvals import models as approvals
from drills.duty import models as duty
from drills.duty.spots import models as spots
from drills.reminders import models as reminders
from handlers.chat.conversations import models as chat
from handlers.hints import models as hints
from handlers.reports import models as reports
from handlers.reports.copies import models as copies
from handlers.wechat import models as callbacks
from handlers.wechat.speech import models as speech

ROOMS = (
    access,
    account_tags,
    alerts,
    answers,
    approvals,
    audience,
    binding,
    bulletins,
    callbacks,
    chat,
    clips,
    copies,
    coverage,
    customers,
    directory,
    dispatch,
    drills,
    duty,
    evacuation,
    failover,
    group_tasks,
    hints,
    intake,
    knocks,
    ladder,
    leases,
    life,
    masses,
    lines,
    notices,
    outlets,
    playbacks,
    record,
    release,
    reports,
    reminders,
    shelters,
    spots,
    speech,
    subscriptions,
    sweeps,
    watch,
    wechat,
)
__all__ = ["ROOMS", "metadata"]
