"""What the doctor looks at on this machine: settings, journal, port, terminal, locale."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import sys
from collections.abc import Iterator

from callmon import __version__
from callmon.cli.config_show import setting_lines
from callmon.cli.doctor_findings import Finding, Level
from callmon.cli.doctor_redis import redis_journal
from callmon.cli.journals import open_journal, redis_terms
from callmon.cli.terminals import are_terminals
from callmon.feeds.port_probe import port_state
from callmon.journal.addresses import FileAddress
from callmon.journal.probe import FileFacts, could_begin, probe
from callmon.journal.sqlite_file import is_there
from callmon.ports import FeedState, JournalError
from callmon.settings.file import config_path
from callmon.settings.loading import Loaded
from callmon.settings.model import Settings
from callmon.settings.origins import Source

_SMALLEST = (80, 24)
_MIB = 1 << 20


def machine(loaded: Loaded[Settings]) -> Iterator[Finding]:
    """Everything that needs no network."""
    yield Finding("version", Level.OK, f"callmon {__version__}, Python {platform.python_version()}, {sys.platform}")
    yield from _settings(loaded)
    journal, identity = _journal(loaded.settings)
    yield from journal
    yield _port(loaded.settings, identity)
    yield _terminal()
    yield _locale()


def _settings(loaded: Loaded[Settings]) -> Iterator[Finding]:
    path = config_path()
    file = str(path) if path.exists() else f"{path}, which does not exist"
    told = [line for line in setting_lines(loaded, origin=True) if not line.endswith(f"# {Source.DEFAULT}")]
    yield Finding("settings", Level.OK, f"They hold. The file is {file}; set are {len(told)}.", details=told)
    for warning in loaded.warnings:
        yield Finding("settings", Level.WARNING, warning)


def _journal(settings: Settings) -> tuple[list[Finding], str]:
    """The findings, and the journal's identity if it has one."""
    address = settings.journal
    try:
        if not isinstance(address, FileAddress):
            return redis_journal(address, redis_terms(settings))
        if not is_there(address.path):
            return [_no_journal(address)], ""
        finding = _file(address, probe(address.path))
        if finding.level is Level.PROBLEM:
            return [finding], ""
        with open_journal(settings) as journal:
            return [finding], journal.identity
    except JournalError as error:
        return [Finding("journal", Level.PROBLEM, str(error))], ""


def _no_journal(address: FileAddress) -> Finding:
    if could_begin(address.path):
        return Finding("journal", Level.OK, f"{address} does not exist yet; callmon or callmon listen begins it.")
    said = f"{address} does not exist and cannot be made."
    return Finding("journal", Level.PROBLEM, said, "Make its directory yours, or name another with --journal.")


def _file(address: FileAddress, facts: FileFacts) -> Finding:
    told = f"{address}: {facts.entries} entries, {facts.bytes / _MIB:.1f} MiB, schema {facts.schema}"
    if facts.schema > facts.newest_schema:
        said = f"{told}, which a newer callmon wrote."
        return Finding("journal", Level.PROBLEM, said, "Update callmon here, or name another with --journal.")
    later = "" if facts.schema == facts.newest_schema else f" (brought to {facts.newest_schema} when it is next used)"
    if facts.exposed:
        said = f"{told}{later}. Everybody on this machine can read what callers and bots sent."
        todo = f"Take that away: chmod o= {address.path}*"
        return Finding("journal", Level.WARNING, said, todo)
    return Finding("journal", Level.OK, f"{told}{later}; it can be read and written.")


def _port(settings: Settings, identity: str) -> Finding:
    host, port = settings.listen.host, settings.listen.port
    state, detail = port_state(host, port, identity)
    if state is FeedState.FAILED:
        return Finding("port", Level.PROBLEM, detail)
    return Finding("port", Level.OK, detail or f"{settings.listen} is free.")


def _terminal() -> Finding:
    if not are_terminals(sys.stderr):
        return Finding("terminal", Level.OK, "There is none here, so nothing can be said of it.")
    columns, rows = shutil.get_terminal_size()
    term, colours = os.environ.get("TERM", ""), _colours()
    said = f"{columns}×{rows}, TERM={term or 'not set'}, {colours}"  # noqa: RUF001  # the sign, not the letter
    if term in {"", "dumb"}:
        return Finding("terminal", Level.WARNING, said, "The console needs a real terminal; callmon tail works in any.")
    if columns < _SMALLEST[0] or rows < _SMALLEST[1]:
        todo = f"The console is made for {_SMALLEST[0]} columns and {_SMALLEST[1]} rows or more; make it larger."
        return Finding("terminal", Level.WARNING, said, todo)
    return Finding("terminal", Level.OK, said)


def _colours() -> str:
    if os.environ.get("NO_COLOR"):
        return "no colours (NO_COLOR)"
    if os.environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return "16 million colours"
    return "256 colours" if "256color" in os.environ.get("TERM", "") else "16 colours"


def _locale() -> Finding:
    names = ("LC_ALL", "LC_CTYPE", "LANG")
    told = " ".join(f"{name}={os.environ[name]}" for name in names if os.environ.get(name)) or "none set"
    encoding = getattr(sys.stdout, "encoding", None) or locale.getencoding()  # it may be closed
    said = f"{told}; output is {encoding}."
    if encoding.lower().replace("-", "") != "utf8":
        todo = "Set LC_ALL=C.UTF-8 (or your language's): the console draws with signs that this encoding has not."
        return Finding("locale", Level.WARNING, said, todo)
    return Finding("locale", Level.OK, said)
