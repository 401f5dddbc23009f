"""The answers that lower rooms take from upper ones, and the lists of what each room contributes: to a handover, a
month, a bulletin, an evidence pack, the proof of the record."""

from bot.record.findings import Recomputed
from broadcasts.alerts import recompute as alerts
from broadcasts.answers import recompute as answers
from broadcasts.coverage.contract import Contribution as Figured
from broadcasts.dispatch import recompute as dispatch
from broadcasts.evidence.pack import Remark
from drills.bulletins.answered import AnsweredFast, VillagesWhole
from drills.bulletins.contract import Contribution as Praising
from drills.bulletins.on_duty import AlwaysOnDuty
from drills.drills.figures import DrillsHeld
from drills.drills.handed import ComingDrills
from drills.drills.praised import DrilledWell
from drills.duty.figures import ShiftsConfirmed
from drills.duty.handover import Contribution
from drills.duty.open_evacuations import OpenEvacuations
from drills.duty.open_knocks import OpenKnocks
from drills.duty.open_matters import Held, OpenAlerts, SilentNames
from drills.reminders.handed import Unreached
from handlers.chat.conversations.handed import WaitingWords
from handlers.hints import recompute as hints
from handlers.hints.handed import OpenHints
from handlers.hints.in_time import HintsInTime
from handlers.hints.praised import HintsMended
from handlers.reports import recompute as reports
from handlers.reports.deadlines.in_time import ReportsInTime
from handlers.reports.handed import OwedReports
from handlers.reports.praised import ReportedWell

# What a handover consists of, in its order.
HANDED_OVER: list[Contribution] = [
    *(OpenAlerts(), OpenEvacuations(), SilentNames(), OpenKnocks(), Held(), WaitingWords(), OwedReports()),
    *(OpenHints(), Unreached(), ComingDrills()),
]

# What a month's page shows beside the warnings' own figures.
MONTHLY: list[Figured] = [ReportsInTime(), ShiftsConfirmed(), DrillsHeld(), HintsInTime()]

# What a month's bulletin can commend, in its order.
PRAISE: list[Praising] = [
    *(AnsweredFast(), VillagesWhole(), ReportedWell(), HintsMended(), DrilledWell()),
    AlwaysOnDuty(),
]

# What other rooms say at the head of an alert's evidence pack.
REMARKS: list[Remark] = []

# What verify-audit recomputes beside the entries themselves.
RECOMPUTED: list[Recomputed] = [
    Recomputed(alerts.ACTIONS, alerts.digests),
    Recomputed(answers.ACTIONS, answers.digests),
    Recomputed(dispatch.ISSUED, dispatch.issued),
    Recomputed(dispatch.SETTLED, dispatch.settled),
    Recomputed(reports.ACTIONS, reports.digests),
    Recomputed(hints.ACTIONS, hints.digests),
]
