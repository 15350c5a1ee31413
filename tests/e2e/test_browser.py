"""The console in a real browser."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from callmon.clocks import utc_now
from callmon.journal.sqlite import SqliteJournal
from callmon.ports import Entry, EntryKind
from tests.cli.program import Running, running
from tests.e2e.browser import page
from tests.e2e.conftest import needs
from tests.fakes import DEADLINE_S
from tests.tui.stage import call_id, caller, notification

pytestmark = [pytest.mark.e2e, pytest.mark.anyio]


@pytest.fixture
def chromium() -> str:
    """The program."""
    needs("chromium")
    return "chromium"


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqliteJournal]:
    """A journal that the served consoles follow."""
    path = tmp_path / "journal.db"
    monkeypatch.setenv("CALLMON_JOURNAL", str(path))
    with closing(SqliteJournal.open(path)) as journal:
        yield journal


def tell(journal: SqliteJournal, body: bytes) -> None:
    journal.append(Entry(EntryKind.NOTIFICATION, utc_now(), "test", body))


def consoles_of(served: Running) -> int:
    """How many processes it has started that still run."""
    return len(Path(f"/proc/{served.pid}/task/{served.pid}/children").read_text().split())


async def ended(served: Running) -> None:
    """Wait until no console is left of those that were started for browsers."""
    end = time.monotonic() + DEADLINE_S
    while consoles_of(served):
        assert time.monotonic() < end, "a console outlives its browser"
        await asyncio.sleep(0.05)


def address(served: Running) -> str:
    return served.line(holding="is served on").split("is served on ")[1].split()[0]


async def test_a_browser_sees_a_call_and_its_end_and_cannot_hang_up(
    chromium: str, journal: SqliteJournal, tmp_path: Path, free_port: int
) -> None:
    tell(journal, notification(call_id(1), "established", **caller("Ana Ruiz")))
    with running("serve", "--web-listen", f"127.0.0.1:{free_port}") as served:
        url = address(served)
        async with page(chromium, tmp_path / "profile") as browser:
            await browser.open(url)
            await browser.until(lambda: b"Ana Ruiz" in browser.received)
            await browser.until(lambda: b"READ-ONLY" in browser.received)
            tell(journal, notification(call_id(1), "terminated", "deleted", resultInfo={"code": 200, "subcode": 4521}))
            await browser.until(lambda: b"200/4521" in browser.received)
            assert "-first-byte" in await browser.evaluate("document.body.className")
            assert len(await browser.picture()) > 20_000, "more than a blank page"
            assert b"Hang up" not in browser.received
            assert browser.requested
            assert all(each.startswith((url, "data:")) for each in browser.requested), "nothing comes from elsewhere"
            assert browser.problems == []
            assert consoles_of(served) == 1
        await ended(served)
        assert served.end().code == 0


async def test_without_the_token_nobody_gets_in(
    chromium: str, journal: SqliteJournal, tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "0123456789abcdef-secret"
    monkeypatch.setenv("CALLMON_WEB_TOKEN", token)
    tell(journal, notification(call_id(1), "established", **caller("Ana Ruiz")))
    with running("serve", "--web-listen", f"127.0.0.1:{free_port}") as served:
        url = address(served).split("?")[0]
        async with page(chromium, tmp_path / "profile") as browser:
            await browser.open(url)
            assert "token" in await browser.evaluate("document.body.innerText")
            await browser.open(f"{url}?token={token}")
            await browser.until(lambda: b"Ana Ruiz" in browser.received)
            assert await browser.evaluate("location.href") == url
        assert token not in served.end().err
