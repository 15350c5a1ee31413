"""Whatever is sent, nothing breaks, and no text of it reaches a terminal as anything but text."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callmon.clocks import utc_now
from callmon.core import wire
from callmon.core.document import call_document
from callmon.core.query import Query, Which, rows
from callmon.core.text import is_id
from callmon.core.ticket import ticket
from callmon.core.timelines import timeline
from callmon.journal.sqlite import SqliteJournal
from callmon.monitor import absorb
from callmon.ports import Entry, EntryKind
from callmon.snapshot import Snapshot
from tests import hostile
from tests.cli.program import run_program, running
from tests.makers import at, body, item, notification, stored

_TEXT = st.sampled_from(list(hostile.TEXTS.values())) | st.text(max_size=40)
_VALUE: st.SearchStrategy[Any] = st.recursive(
    _TEXT | st.sampled_from(hostile.NUMBERS) | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)


def told(*raw: bytes) -> Snapshot:
    return absorb(Snapshot(), stored([notification(each, second) for second, each in enumerate(raw)])).snapshot


def everything_shown(snapshot: Snapshot) -> list[str]:
    """Every line that a screen or a command would show of the calls."""
    shown = [f"{row.state} {row.who} {row.note}" for row in rows(snapshot.board, Query(Which.ALL), at(9))]
    for call in snapshot.board:
        json.dumps(call_document(call, at(9)))
        shown += ticket(call, at(9)).splitlines()
        shown += [f"{line.text} {line.remark}" for line in timeline(call)]
    return shown


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)
@given(_VALUE, _VALUE)
def test_any_value_in_any_place_is_shown_as_text(value: Any, other: Any) -> None:
    raw = [body(hostile.everywhere(value, 1)), body(*hostile.below(other, 1)), body(hostile.ended(other, 1))]
    assert all(line.isprintable() for line in everything_shown(told(*raw)))


def test_the_whole_corpus_is_taken_and_shown_as_text() -> None:
    snapshot = told(*hostile.bodies())
    assert snapshot.board.seen > len(hostile.TEXTS)
    assert all(line.isprintable() for line in everything_shown(snapshot))


@given(st.text(max_size=30) | st.sampled_from(hostile.ids()))
def test_only_what_has_the_form_of_an_id_becomes_a_call(name: str) -> None:
    for form in (f"/communications/calls/{name}", f"/app/calls/{name}", f"communications/calls('{name}')"):
        parsed = wire.parse(body(item("created", form, state="incoming")))
        assert all(is_id(report.spelled) for report in parsed.reports)


def test_a_repeated_key_counts_once_and_the_last_holds() -> None:
    raw = body(item(state="incoming")).replace(b'"state"', b'"state": "established", "state"')
    (call,) = told(raw).board
    assert call.state == "incoming"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal that holds all of it."""
    path = tmp_path_factory.mktemp("hostile") / "journal.db"
    with closing(SqliteJournal.open(path)) as journal:
        journal.submit(
            [Entry(EntryKind.NOTIFICATION, utc_now(), "http \x1b]0;EVIL\x07", raw) for raw in hostile.bodies()]
        ).result()
    return path


@pytest.mark.parametrize(
    "command",
    [
        "list --all",
        "list --all --json",
        f"show {hostile.call_id(2)}",
        f"show {hostile.call_id(5)} --json",
        f"show {hostile.call_id(11)} --ticket",
        "export",
        "export --redact",
        "audit",
    ],
)
def test_no_command_prints_what_a_terminal_would_obey(corpus: Path, command: str) -> None:
    result = run_program(*command.split(), "--journal", str(corpus))
    assert result.code == 0
    for line in (result.out + result.err).split("\n"):
        assert not [char for char in line if ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0], line[:200]


def test_a_tail_prints_nothing_that_a_terminal_would_obey(corpus: Path) -> None:
    with running("tail", "--since-start", "--journal", str(corpus)) as program:
        lines = [program.line("stdout", holding=" ") for _ in range(len(hostile.TEXTS))]
    assert not [line for line in lines if not line.removesuffix("\n").isprintable()]
