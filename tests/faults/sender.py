"""Senders that number their notifications and remember which were answered with 202. Each number is sent once."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass, field

_ACCEPTED = 202
_ANSWER_S = 20.0
_AGAIN_S = 0.02


@dataclass(slots=True)
class Log:
    """What one connection has sent."""

    connection: int
    sent: int = 0
    accepted: list[int] = field(default_factory=list)
    """The numbers that were answered with 202, in the order in which they were sent."""
    refused: int = 0
    """Answered with something else, which is 503 while the journal does not take them."""


def body(connection: int, number: int) -> bytes:
    """A notification with a number."""
    url = f"/communications/calls/1f1f5c00-8c1b-47f1-be9d-{connection:012x}"
    item = {"changeType": "updated", "resourceUrl": url, "resourceData": {"state": "established"}}
    return json.dumps({"value": [item], "number": [connection, number]}).encode()


def number_in(raw: bytes) -> tuple[int, int]:
    """Which connection sent it, and its number there."""
    connection, number = json.loads(raw)["number"]
    return connection, number


async def send_all(port: int, connections: int, rate: float, stop: asyncio.Event) -> list[Log]:
    """Send at about that rate (notifications a second) over so many connections until `stop` is set."""
    logs = [Log(connection) for connection in range(connections)]
    await asyncio.gather(*(_send(port, log, connections / rate, stop) for log in logs))
    return logs


async def _send(port: int, log: Log, period_s: float, stop: asyncio.Event) -> None:
    while not stop.is_set():
        writer = None
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            await _send_over(reader, writer, log, period_s, stop)
        except (TimeoutError, OSError, asyncio.IncompleteReadError, ValueError):
            await asyncio.sleep(_AGAIN_S)  # the collector is down, or went down before it answered
        finally:
            if writer is not None:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()


async def _send_over(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, log: Log, period_s: float, stop: asyncio.Event
) -> None:
    while not stop.is_set():
        due = time.monotonic() + period_s
        number, log.sent = log.sent, log.sent + 1
        content = body(log.connection, number)
        head = f"POST /api/calls HTTP/1.1\r\nHost: x\r\nContent-Length: {len(content)}\r\n\r\n"
        writer.write(head.encode() + content)
        if await asyncio.wait_for(status_of(reader), _ANSWER_S) == _ACCEPTED:
            log.accepted.append(number)
        else:
            log.refused += 1
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def status_of(reader: asyncio.StreamReader) -> int:
    """The status of the answer that comes next; its body is read and left."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    lines = head.lower().split("\r\n")
    length = next((int(line.partition(":")[2]) for line in lines if line.startswith("content-length:")), 0)
    await reader.readexactly(length)
    return int(lines[0].split()[1])
