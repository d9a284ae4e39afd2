"""Reads the app's split from one gateway after the other."""

from __future__ import annotations

import random
import threading
from typing import Callable, Optional
from urllib.parse import quote

from .events import EndEvent, Event, read_events
from .gateways import Gateways, Stream

# A gateway says something every second: one that is silent for so long is left for the next one.
_SILENT_S = 10.0
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0


class Follower:
    """Reads streams, for ever, until `stop`. `take` gets each event, and when its stream was asked for."""

    def __init__(
        self,
        gateways: Gateways,
        app: str,
        now_ms: Callable[[], float],
        take: Callable[[Event, float], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._gateways = gateways
        self._path = f"/v1/split?app={quote(app, safe='')}"
        self._now_ms = now_ms
        self._take = take
        self._on_error = on_error
        self._stopped = threading.Event()
        self._stream: Optional[Stream] = None
        self._pause_s = _FIRST_PAUSE_S

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._read_one()
            except Exception as error:
                # Whatever it was: without this thread nothing would be heard any more.
                if self._stopped.is_set():
                    return
                self._on_error(error)
                self._stopped.wait(self._pause_s * (0.5 + random.random() / 2))
                self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)

    def stop(self) -> None:
        self._stopped.set()
        stream = self._stream
        if stream is not None:
            stream.close()

    def release(self) -> None:
        """For a process that was forked: the stream is the other one's."""
        if self._stream is not None:
            self._stream.release()

    def _read_one(self) -> None:
        """One stream, to its end. Raises where it breaks."""
        stream = self._gateways.stream(_SILENT_S)
        self._stream = stream
        if self._stopped.is_set():
            return
        opened_ms = self._now_ms()
        for event in read_events(stream.chunks(self._path)):
            self._pause_s = _FIRST_PAUSE_S
            self._take(event, opened_ms)
            if isinstance(event, EndEvent):
                return
        raise ConnectionError("The stream of the split broke off.")
