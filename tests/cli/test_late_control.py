from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread

from callmon.cli.late_control import LateControl
from callmon.ports import Target
from tests.cli.test_help import imported
from tests.fakes import DEADLINE_S
from tests.tui.stage import FakeControl
from tests.waiting import wait_until

TARGET = Target("7e57ca11-0000-4000-8000-000000000001")


@dataclass
class Control(FakeControl):
    """A way to Graph that remembers that it was closed."""

    closed: bool = False

    def close(self) -> None:
        self.closed = True


def _set() -> Event:
    event = Event()
    event.set()
    return event


@dataclass
class Maker:
    """Makes one, and counts."""

    control: Control = field(default_factory=Control)
    made: Event = field(default_factory=Event)
    held: Event = field(default_factory=_set)
    count: int = 0

    def __call__(self) -> Control:
        self.count += 1
        self.made.set()
        assert self.held.wait(DEADLINE_S)
        return self.control


def in_threads(work: Callable[[], object], number: int = 8) -> None:
    threads = [Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE_S)


def test_it_is_made_once_by_whoever_needs_it_first() -> None:
    maker = Maker()
    control = LateControl(maker, made_after_s=3600)
    assert maker.count == 0
    in_threads(lambda: control.hang_up(TARGET))
    assert maker.count == 1
    assert len(maker.control.asked) == 8
    control.check(TARGET)
    assert control.why_not(TARGET) == maker.control.why_not(TARGET)
    control.close()
    assert maker.control.closed


def test_it_is_made_soon_also_if_nobody_needs_it() -> None:
    maker = Maker()
    control = LateControl(maker, made_after_s=0)
    assert maker.made.wait(DEADLINE_S)
    control.close()
    assert maker.control.closed


def test_whoever_must_not_wait_asks_whether_it_is_ready_and_so_it_soon_is() -> None:
    maker = Maker(held=Event())
    control = LateControl(maker, made_after_s=3600)
    assert not control.ready()
    assert maker.made.wait(DEADLINE_S)
    assert not control.ready(), "it is being made, and nobody waits"
    maker.held.set()
    wait_until(control.ready)
    assert maker.count == 1
    control.close()


def test_what_was_never_needed_is_never_made() -> None:
    maker = Maker()
    LateControl(maker, made_after_s=3600).close()
    assert maker.count == 0


def test_the_first_rows_wait_for_no_http_client() -> None:
    assert imported("import callmon.cli.console_parts", "httpx", "msal") == []
