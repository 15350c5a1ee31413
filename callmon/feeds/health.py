"""How the collector does, as the JSON of ``/healthz``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from callmon.core.text import visible
from callmon.feeds.vitals import Vitals
from callmon.ports import FeedStatus


def health_document(
    status: FeedStatus,
    feeds: Sequence[FeedStatus],
    last: datetime | None,
    now: datetime,
    *,
    trouble: str | None,
    vitals: Vitals | None,
) -> dict[str, object]:
    """What is known. `status` is the listener's, `feeds` are all of this program, the listener among them.

    `last` is when the listener last took a notification, `trouble` why it cannot keep them. What only the journal tells
    is null until it has been read.
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
        "feeds": [
            {
                "name": visible(feed.name),
                "state": str(feed.state),
                "accepted": feed.accepted,
                "refused": feed.refused,
                "skipped": feed.skipped,
            }
            for feed in feeds
        ],
    }
