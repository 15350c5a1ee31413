"""What the shell offers where a call is to be named: the active calls, if they can be told at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:  # nobody waits for the settings who completes nothing
    from callmon.settings.model import Settings
    from callmon.snapshot import Snapshot

_WITHIN_S = 1.0
"""Who presses Tab waits no longer; of a journal that takes longer to read nothing is offered."""


def active_calls(context: click.Context, _parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The calls that are active now and whose id starts so, with state and who is on them."""
    from callmon.clocks import utc_now  # noqa: PLC0415  # as above
    from callmon.core.query import row  # noqa: PLC0415  # as above
    from callmon.settings.loading import Loaded, load  # noqa: PLC0415  # as above
    from callmon.settings.model import Settings  # noqa: PLC0415  # as above

    loaded = load(Settings, context.find_root().ensure_object(dict))
    snapshot = _snapshot(loaded.settings) if isinstance(loaded, Loaded) else None
    if snapshot is None:
        return []
    now = utc_now()
    calls = sorted((call for call in snapshot.board if not call.ended), key=lambda call: -call.index)
    return [
        CompletionItem(call.spelled, help=f"{shown.state} {shown.who}")
        for call in calls
        if call.spelled.lower().startswith(start.lower())
        for shown in (row(call, now),)
    ]


def _snapshot(settings: Settings) -> Snapshot | None:
    from callmon.cli.journals import open_journal  # noqa: PLC0415  # as above
    from callmon.journal.addresses import FileAddress  # noqa: PLC0415  # as above
    from callmon.journal.opening import not_begun  # noqa: PLC0415  # as above
    from callmon.monitor import absorb  # noqa: PLC0415  # as above
    from callmon.ports import JournalError  # noqa: PLC0415  # as above
    from callmon.snapshot import Snapshot  # noqa: PLC0415  # as above

    if not isinstance(settings.journal, FileAddress) or not_begun(settings.journal):  # another machine may not answer
        return None
    deadline = time.monotonic() + _WITHIN_S
    snapshot = Snapshot()
    try:
        with open_journal(settings) as journal:
            while batch := journal.read(snapshot.position):
                snapshot = absorb(snapshot, batch).snapshot
                if time.monotonic() > deadline:
                    return None
    except JournalError:
        return None
    return snapshot
