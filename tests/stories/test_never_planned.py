"""Of what intake reads, only status Actual, scope Public, msgType Alert, Update or Cancel can ever be planned."""

from itertools import product
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from broadcasts.alerts.models import Status
from broadcasts.dispatch.models import Broadcast
from broadcasts.hazards.grades import Grade
from tests.world import small_world

STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
SCOPES = ("Public", "Restricted", "Private")
TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")


async def test_every_combination_of_status_scope_and_type(tmp_path: Path) -> None:
    async with small_world(tmp_path) as world:
        for number, (status, scope, kind) in enumerate(product(STATUSES, SCOPES, TYPES)):
            got = await world.issue(
                "大风",
                "11B06",
                Grade.red,
                status=status,
                scope=scope,
                msg_type=kind,
                places=["石门村"],
                identifier=f"52992641600000_20260711{number:06d}",
            )
            alert = got.taken[0].alert
            async with world.deps.read() as session:
                planned = await session.scalar(
                    sa.select(sa.func.count())
                    .select_from(Broadcast)
                    .where(col(Broadcast.alert_id) == alert.id, col(Broadcast.subject) == "")
                )
            ours = status == "Actual" and scope == "Public" and kind in {"Alert", "Update"}
            assert planned == (1 if ours else 0), (status, scope, kind)
            if kind == "Cancel" and status == "Actual" and scope == "Public":
                assert alert.status is Status.held  # of something unknown
            else:
                assert alert.status is (Status.issued if ours else Status.stored)
