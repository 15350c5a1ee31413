"""Many waiting writes, one commit: a thread that turns what is handed over into few transactions.

Making one row durable costs one flush of the disk, and so does making a thousand rows durable. So everything that
was handed over while the previous commit was under way goes into the next one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from threading import Condition, Thread
from typing import Generic, Protocol, TypeVar

from callmon.ports import BookmarkMoved, JournalError

Row = TypeVar("Row")
Row_contra = TypeVar("Row_contra", contravariant=True)

MAX_ROWS = 1000
"""No further submit joins a transaction that holds this many rows: its first writer waits for the last row."""


class Sink(Protocol[Row_contra]):
    """Where rows go. Used by one thread only, the writer's."""

    def write(self, rows: Sequence[Row_contra]) -> None:
        """Make the rows durable, in order, all or none. Raises `JournalError`; the next call starts afresh.

        `BookmarkMoved` means that none was written, because of a bookmark among them.
        """
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...


class GroupCommit(Generic[Row]):
    """Queues rows and writes them to a sink, on a thread that starts with the first submit."""

    def __init__(self, sink: Sink[Row], *, name: str) -> None:
        self._sink = sink
        self._name = name
        self._changed = Condition()
        self._waiting: deque[tuple[Sequence[Row], Future[None]]] = deque()
        self._thread: Thread | None = None
        self._closed = False

    def submit(self, rows: Sequence[Row]) -> Future[None]:
        """Queue rows that belong together; the future is done when all are durable, or fails with `JournalError`.

        It cannot be cancelled: what was handed over is written.
        """
        future: Future[None] = Future()
        future.set_running_or_notify_cancel()
        with self._changed:
            if not self._closed:
                self._waiting.append((rows, future))
                self._wake()
                return future
        future.set_exception(JournalError("The journal is closed, so nothing more can be written to it."))
        return future

    def close(self) -> None:
        """Write what is queued, then end the thread. May be called again."""
        with self._changed:
            self._closed = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _wake(self) -> None:
        if self._thread is None:
            # Daemon: a process that dies without close() owes nothing to entries that nobody was told are durable.
            self._thread = Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        else:
            self._changed.notify()

    def _run(self) -> None:
        while batch := self._next_batch():
            self._commit(batch)
        self._sink.close()

    def _next_batch(self) -> list[tuple[Sequence[Row], Future[None]]]:
        """Wait for work; nothing only when closed and all is written."""
        batch = []
        count = 0
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            while self._waiting and count < MAX_ROWS:
                rows, future = self._waiting.popleft()
                batch.append((rows, future))
                count += len(rows)
        return batch

    def _commit(self, batch: list[tuple[Sequence[Row], Future[None]]]) -> None:
        try:
            self._sink.write([row for rows, _ in batch for row in rows])
        except BookmarkMoved as moved:
            if len(batch) == 1:
                batch[0][1].set_exception(moved)
            else:  # it is about one of them alone
                for each in batch:
                    self._commit([each])
        except Exception as error:  # noqa: BLE001 -- the end of a thread: whoever waits must hear of any failure
            failure = error if isinstance(error, JournalError) else _unforeseen(error)
            for _, future in batch:
                future.set_exception(failure)
        else:
            for _, future in batch:
                future.set_result(None)


def _unforeseen(error: Exception) -> JournalError:
    """What nobody translated: whoever waits knows `JournalError` and nothing else."""
    failure = JournalError(f"The journal cannot take these entries ({type(error).__name__}: {error}).")
    failure.__cause__ = error
    return failure
