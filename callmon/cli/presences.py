"""That this run collects, told to the others on the same journal; and which of these are dead."""

from __future__ import annotations

import socket
from contextlib import ExitStack, suppress
from pathlib import Path

from platformdirs import user_state_path

from callmon.feeds.presence import Presence, Roll, Sign, unsigned
from callmon.feeds.vigil import Vigil
from callmon.journal.addresses import FileAddress, JournalAddress
from callmon.ports import Journal

_MACHINE_ID = Path("/etc/machine-id")


def presence(address: JournalAddress, journal: Journal, stack: ExitStack) -> Sign:
    """How this run signs what it says of its feeds, until the stack ends. Where no lock can be had, it does not."""
    try:
        roll, place = _here(address, journal)
        made = Presence(roll, place)
    except OSError:
        return unsigned
    stack.callback(made.close)
    _watch_over(Vigil(journal, roll, made), stack)
    return made.sign


def look_for_the_dead(address: JournalAddress, journal: Journal, stack: ExitStack) -> None:
    """Note which others are dead, until the stack ends, though this run does not collect."""
    with suppress(OSError):
        _watch_over(Vigil(journal, _here(address, journal)[0]), stack)


def _watch_over(vigil: Vigil, stack: ExitStack) -> None:
    vigil.start()
    stack.callback(vigil.stop)


def _here(address: JournalAddress, journal: Journal) -> tuple[Roll, str]:
    """The files of the runs that lie where those of this run do, and what their place is called.

    Raises `OSError`.
    """
    if isinstance(address, FileAddress):
        file = address.path.resolve()
        return Roll(file.parent, f"{file.name}-run-"), "beside the journal"
    folder = user_state_path("callmon") / "locks"
    folder.mkdir(0o700, parents=True, exist_ok=True)
    return Roll(folder, f"run-{journal.identity}-"), f"{_machine()} {folder}"


def _machine() -> str:
    """Something that two machines do not share; containers may lack the id, but have host names of their own."""
    name = socket.gethostname()
    with suppress(OSError):
        return f"{name} {_MACHINE_ID.read_text(encoding='ascii', errors='replace').strip()}"
    return name
