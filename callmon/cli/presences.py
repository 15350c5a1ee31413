"""That this run collects, told to the others on the same journal."""

from __future__ import annotations

import socket
from contextlib import ExitStack, suppress
from pathlib import Path

from platformdirs import user_state_path

from callmon.feeds.presence import Presence, Sign, unsigned
from callmon.journal.addresses import FileAddress, JournalAddress
from callmon.ports import Journal

_MACHINE_ID = Path("/etc/machine-id")


def presence(address: JournalAddress, journal: Journal, stack: ExitStack) -> Sign:
    """How this run signs what it says of its feeds, until the stack ends. Where no lock can be had, it does not."""
    try:
        if isinstance(address, FileAddress):
            file = address.path.resolve()
            made = Presence(file.parent, f"{file.name}-run-", "beside the journal")
        else:
            folder = user_state_path("callmon") / "locks"
            folder.mkdir(0o700, parents=True, exist_ok=True)
            made = Presence(folder, f"run-{journal.identity}-", f"{_machine()} {folder}")
    except OSError:
        return unsigned
    stack.callback(made.close)
    return made.sign


def _machine() -> str:
    """Something that two machines do not share; containers may lack the id, but have host names of their own."""
    name = socket.gethostname()
    with suppress(OSError):
        return f"{name} {_MACHINE_ID.read_text(encoding='ascii', errors='replace').strip()}"
    return name
