"""How the collector does, as the JSON of ``/healthz``."""

from __future__ import annotations

from datetime import datetime

from callmon.feeds.vitals import Vitals
from callmon.ports import FeedStatus


def health_document(
    status: FeedStatus, last: datetime | None, now: datetime, trouble: str | None, vitals: Vitals | None
) -> dict[str, object]:
    """What is known. `last` is when the listener last took a notification, `trouble` why it cannot keep them.

    What only the journal tells is null unless the program follows it.
    """
    snapshot = None if vitals is None else vitals.snapshot
    told = None if snapshot is None else snapshot.last_notification
    heard = max((at for at in (last, told) if at is not None), default=None)
    age_s = None if heard is None else max(0.0, (now - heard).total_seconds())  # clocks are set back
    return {
        "state": str(status.state),
        "accepted": status.accepted,
        "refused": status.refused,
        "last_notification_age_s": None if age_s is None else round(age_s, 3),
        "journal_trouble": trouble or (vitals.trouble if vitals else "") or None,
        "active_calls": None if snapshot is None else snapshot.board.active,
        "calls_in_doubt": None if snapshot is None else sum(snapshot.doubts),
        "deaf": None if snapshot is None else snapshot.deaf,
        "unparsed": None if snapshot is None else snapshot.unparsed,
        "repeated": None if snapshot is None else snapshot.repeated,
    }
