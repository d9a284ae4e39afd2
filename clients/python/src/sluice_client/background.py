"""What a client does beside its decisions."""

from __future__ import annotations

import os
import secrets
import threading
from dataclasses import dataclass
from typing import Callable, Optional, Sequence, Union

from .acks import Acks
from .decider import Decider
from .events import Event
from .follow import Follower
from .gateways import Gateways
from .last_known import LastKnown
from .reports import Reports

_REPORT_EVERY_S = 1.0
_PATIENCE_S = 1.0


@dataclass(frozen=True)
class Options:
    """See `start_client`."""

    gateways: Sequence[str]
    key: str
    app: str
    name: str
    state_directory: Union[str, "os.PathLike[str]"]
    on_error: Callable[[Exception], None]
    now_ms: Callable[[], float]


class Background:
    """The threads of a client in one process, and what they share. A process that is forked gets its own."""

    def __init__(self, options: Options, decider: Decider) -> None:
        boot = secrets.token_urlsafe(9)
        gateways = Gateways(options.gateways, options.key)
        who = {"app": options.app, "client": options.name, "boot": boot}
        last_known = LastKnown(options.state_directory, options.app)
        self._decider = decider
        self._on_error = options.on_error
        self._stopped = threading.Event()
        self._acks = Acks(gateways, decider, last_known, who, options.on_error)
        self._follower = Follower(gateways, options.app, options.now_ms, self._take, self._failed)
        self.reports = Reports(gateways, f"{options.name}/{boot}", options.now_ms, options.on_error)
        self.heard = threading.Event()
        self.last_error: Optional[Exception] = None
        self._threads = (
            _thread("follow", self._follower.run),
            _thread("acks", self._acks.run),
            _thread("reports", self._send),
        )

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Sends what waits, and says goodbye."""
        self._stopped.set()
        self._follower.stop()
        follow, acks, reports = self._threads
        reports.join()
        self._acks.stop()
        acks.join()
        # It may be on its way to a gateway that does not answer; it ends by itself, and tells nobody.
        follow.join(_PATIENCE_S)

    def release(self) -> None:
        self._follower.release()

    def _take(self, event: Event, opened_ms: float) -> None:
        if self._decider.take(event, opened_ms):
            self._acks.changed()
        if self._decider.known() is not None:
            self.heard.set()

    def _failed(self, error: Exception) -> None:
        self.last_error = error
        self._on_error(error)

    def _send(self) -> None:
        while not self._stopped.wait(_REPORT_EVERY_S):
            self.reports.flush()
        self.reports.flush()


def _thread(what: str, run: Callable[[], None]) -> threading.Thread:
    return threading.Thread(target=run, name=f"sluice-{what}", daemon=True)
