"""The client: decides by a streamed split, in the application's own process."""

from __future__ import annotations

import logging
import os
import threading
import time
import weakref
from dataclasses import dataclass
from types import TracebackType
from typing import Callable, Optional, Sequence, Type, Union

from .background import Background, Options
from .decider import Decider, Decision
from .last_known import LastKnown
from .told import Feedback, Outcome, Reported

_log = logging.getLogger("sluice_client")


@dataclass(frozen=True)
class ClientState:
    """How a client is."""

    split_version: Optional[int]
    lease_left_ms: float
    """How long a candidate may still be served without another word of a gateway; 0 where it may not."""
    reports_waiting: int
    reports_dropped: int
    """Given up: too many waited, they were too old, or were refused."""


class SluiceClient:
    """Made by `start_client`. All of it may be called by any thread, and within a running event loop: but for `close`
    nothing waits.
    """

    def __init__(self, options: Options, decider: Decider) -> None:
        self._options = options
        self._decider = decider
        self._starting = threading.Lock()
        self._background: Optional[Background] = None
        self._is_closed = False
        _clients.add(self)

    def decide(self, subject: Optional[str] = None) -> Decision:
        """The revision of a subject: from memory, at once, whatever is away.

        The same subject stays on its arm. Without one, each decision is dealt by itself.
        """
        decision = self._decider.decide(subject)
        self._running()  # After it: what a forked process decides first does not hang on how soon it hears of a lease.
        if decision is None:
            raise RuntimeError("Nothing is known of the split: wait for start_client.")
        return decision

    def report(self, decision: Reported, outcome: Outcome) -> None:
        """Tells how the call went that was made by a decision, once for each; it is sent in the background.

        Raises `TypeError` or `ValueError` for what is no JSON.
        """
        self._running().reports.outcome(decision, outcome)

    def feedback(self, decision: Reported, feedback: Feedback) -> None:
        """Tells what became of the answer; the first of a name counts. Raises as `report` does."""
        self._running().reports.feedback(decision, feedback)

    def state(self) -> ClientState:
        known = self._decider.known()
        counts = self._running().reports.counts()
        version = None if known is None else known.split.version
        return ClientState(version, self._decider.lease_left_ms(), counts.waiting, counts.dropped)

    def close(self) -> None:
        """Sends what waits, says goodbye and ends. Waits for that; the second time for nothing."""
        with self._starting:
            was_closed, self._is_closed = self._is_closed, True
            background = self._background
        if background is not None and not was_closed:
            background.stop()

    def __enter__(self) -> "SluiceClient":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def _running(self) -> Background:
        """In a process that was forked the first use begins anew: a child that never decides is nobody to wait for."""
        background = self._background
        if background is not None:
            return background
        with self._starting:
            if self._background is None:
                if self._is_closed:
                    raise RuntimeError("This client was closed before the process was forked.")
                background = Background(self._options, self._decider)
                background.start()
                self._background = background
            return self._background

    def _after_fork(self) -> None:
        """Threads, locks and connections are the parent's, and so is what waits to be told. A version that this process
        has not acked is not to be served on a lease: it begins as after a start from disk.
        """
        self._starting = threading.Lock()
        self._decider.forget_lease()
        if self._background is not None:
            self._background.release()
            self._background = None


_clients: "weakref.WeakSet[SluiceClient]" = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for client in list(_clients):
        client._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)


def start_client(
    *,
    gateways: Sequence[str],
    key: str,
    app: str,
    name: str,
    state_directory: Union[str, "os.PathLike[str]"],
    start_timeout_ms: float = 10_000,
    on_error: Optional[Callable[[Exception], None]] = None,
    now_ms: Optional[Callable[[], float]] = None,
) -> SluiceClient:
    """Begins to follow the split of an app. Returns as soon as one is known, by a gateway or from disk.

    :param gateways: gateways of one environment, without a path: `["http://gateway-1:8080", "http://gateway-2:8080"]`
    :param key: a gateway key with the scopes `outcomes`, and `prompts` and `feedback` where you use them
    :param name: as people see it while it is waited for: `worker-3`. Letters, digits and `._/-`
    :param state_directory: where the last known stable revision is kept, which a start without any gateway begins with
    :param start_timeout_ms: how long to wait for a first split
    :param on_error: hears, in threads of the client's, what went wrong in the background; all of it is tried again. Left
        out, the logger `sluice_client` warns of it
    :param now_ms: a monotonic clock, in milliseconds: for tests
    :raises TimeoutError: where none is known in time; it says what the last gateway said
    :raises ValueError: for an address that is none
    """
    clock = now_ms or (lambda: time.monotonic() * 1000)
    tell = _never_raising(on_error or _warn)
    decider = Decider(clock)
    try:
        kept = LastKnown(state_directory, app).read()
        if kept is not None:
            decider.start_from(kept)
    except (OSError, ValueError) as error:
        tell(error)
    options = Options(gateways, key, app, name, state_directory, tell, clock)
    client = SluiceClient(options, decider)
    background = client._running()
    if decider.known() is None and not background.heard.wait(start_timeout_ms / 1000):
        client.close()
        why = "" if background.last_error is None else f" {background.last_error}"
        raise TimeoutError(
            f"No gateway has told of the split, and none is on disk.{why} "
            "Check the gateways' addresses, the key and its scope outcomes."
        )
    return client


def _warn(error: Exception) -> None:
    _log.warning("%s", error)


def _never_raising(on_error: Callable[[Exception], None]) -> Callable[[Exception], None]:
    """The application's own fault shall not end a thread that others rely on."""

    def tell(error: Exception) -> None:
        try:
            on_error(error)
        except Exception:
            _log.exception("on_error raised.")

    return tell
