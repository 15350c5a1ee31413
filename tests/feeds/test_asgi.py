"""Reading a body: within its time, and at no cost where there is nothing to wait for."""

import asyncio
from collections.abc import Callable

import pytest

from callmon.feeds.asgi import BodyFault, Message, read_body

LONG_S = 3600.0


def part(body: bytes, *, more_body: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more_body}


async def never() -> Message:
    await asyncio.get_running_loop().create_future()
    raise AssertionError("it is never there")


def test_a_body_that_is_there_needs_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [part(b"[1,", more_body=True), part(b"2]")]

    async def receive() -> Message:
        return parts.pop(0)

    def refuse(_seconds: float, _callback: Callable[[], object]) -> asyncio.TimerHandle:
        raise AssertionError("a timer was made")

    async def read() -> bytes | BodyFault:
        monkeypatch.setattr(asyncio.get_running_loop(), "call_later", refuse)
        return await read_body(receive, 100, LONG_S)

    assert asyncio.run(read()) == b"[1,2]"


def test_what_comes_later_is_waited_for_part_by_part() -> None:
    parts = [part(b"[1,", more_body=True), part(b"2,", more_body=True), part(b"3]")]

    async def receive() -> Message:
        await asyncio.sleep(0)
        return parts.pop(0)

    assert asyncio.run(read_body(receive, 100, LONG_S)) == b"[1,2,3]"


def test_what_does_not_come_in_time_is_too_slow_and_leaves_the_task_as_it_was() -> None:
    async def read() -> tuple[bytes | BodyFault, int]:
        fault = await read_body(never, 100, 0.001)
        task = asyncio.current_task()
        assert task is not None
        return fault, task.cancelling()

    assert asyncio.run(read()) == (BodyFault.TOO_SLOW, 0)


def test_a_reader_that_is_cancelled_ends_and_its_wait_with_it() -> None:
    ended: list[bool] = []

    async def receive() -> Message:
        try:
            return await never()
        finally:
            ended.append(True)

    async def cancelled() -> bool:
        task = asyncio.create_task(read_body(receive, 100, LONG_S))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(cancelled())
    assert ended == [True]
