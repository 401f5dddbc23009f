"""What is due by the clock: which rooms are looked at, how often, and who answers them from above."""

from bot.commands.backup.nightly import copy_due
from bot.commands.due import alerts, calendar, desk, groups, house, reports, roads
from bot.record.sealing import seal_due
from bot.ticker import Tick
from broadcasts.dispatch.masses import poll as masses

# In this order where several are due at once.
TICKS: list[Tick] = [
    Tick("ladder.sweep", 1.0, alerts.sweep),
    Tick("ladder.calls", 10.0, alerts.calls),
    Tick("release.ring", 1.0, alerts.ring),
    Tick("release.end", 2.0, alerts.end),
    Tick("clock.set-back", 5.0, house.set_back),
    Tick("directory.know", 5.0, house.know),
    Tick("dispatch.failover", 2.0, roads.fail_over),
    Tick("dispatch.early", 2.0, roads.early),
    Tick("dispatch.digest", 2.0, roads.digest),
    Tick("clips.files", 5.0, roads.clip_files),
    Tick("clips.follow", 2.0, roads.clips),
    Tick("customers.look", 5.0, groups.confirmations),
    Tick("customers.list", 3600.0, groups.customer_groups),
    Tick("chats.sizes", 3600.0, groups.chat_sizes),
    Tick("customers.unconfirmed", 30.0, groups.unconfirmed_groups),
    Tick("notices.tell", 2.0, alerts.approvals),
    Tick("life.ask", 15.0, alerts.ends),
    Tick("record.seal", 1.0, seal_due),
    Tick("intake.poll", 5.0, alerts.poll),
    Tick("masses.poll", 30.0, masses.poll_due),
    Tick("masses.follow", 2.0, roads.follow_masses),
    Tick("tags.put", 5.0, roads.tags),
    Tick("tags.stopped", 300.0, roads.tags_stopped),
    Tick("record.anchor", 60.0, house.anchor),
    Tick("drills.sweep", 1.0, calendar.drill),
    Tick("duty.shifts", 5.0, desk.shifts),
    Tick("duty.desk", 5.0, desk.desk),
    Tick("duty.phones", 30.0, desk.phones),
    Tick("duty.spot", 60.0, desk.spot),
    Tick("duty.handover", 60.0, desk.hand_over),
    Tick("reminders.sweep", 5.0, calendar.remind),
    Tick("hints.times", 60.0, reports.hint_due),
    Tick("reports.daily", 60.0, reports.daily),
    Tick("coverage.count", 3.0, alerts.count),
    Tick("bulletins.draft", 60.0, calendar.commend),
    Tick("callbacks.prune", 60.0, house.prune),
    Tick("backup.nightly", 60.0, copy_due),
]
