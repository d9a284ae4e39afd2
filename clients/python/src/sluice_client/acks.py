"""Says that this process lives, and which version it goes by."""

from __future__ import annotations

import threading
from typing import Callable, Mapping, Optional

from .decider import Decider
from .events import ToldSplit
from .gateways import Gateways
from .last_known import LastKnown

_EVERY_S = 2.0


class Acks:
    """Every two seconds, and at once after a change, which is kept on disk before it is acked.

    One thread: an older version is never said after a newer one. Who has acked a version does not go by an older one after
    a restart: so it is on disk first, where there is a disk.
    """

    def __init__(
        self,
        gateways: Gateways,
        decider: Decider,
        last_known: LastKnown,
        who: Mapping[str, str],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._gateways = gateways
        self._decider = decider
        self._last_known = last_known
        self._who = who
        self._on_error = on_error
        self._stopped = False
        self._wake = threading.Event()
        self._kept: Optional[ToldSplit] = None

    def changed(self) -> None:
        """Another split is gone by."""
        self._wake.set()

    def stop(self) -> None:
        """Ends `run`, which says goodbye."""
        self._stopped = True
        self._wake.set()

    def run(self) -> None:
        while not self._stopped:
            self._keep_and_say(ended=False)
            self._wake.wait(_EVERY_S)
            self._wake.clear()
        self._keep_and_say(ended=True)

    def _keep_and_say(self, ended: bool) -> None:
        told = self._decider.known()
        if told is None:
            return
        try:
            if self._kept is None or not _is_same(self._kept, told):
                self._kept = told
                self._last_known.write(told)
        except Exception as error:
            self._on_error(error)
        try:
            ack = {**self._who, "version": told.split.version, "ended": ended}
            self._gateways.post("/v1/split/acks", ack)
        except Exception as error:
            self._on_error(error)


def _is_same(one: ToldSplit, other: ToldSplit) -> bool:
    """Tokens change with each telling, and are no news."""
    return one.split.version == other.split.version and one.revisions.keys() == other.revisions.keys()
