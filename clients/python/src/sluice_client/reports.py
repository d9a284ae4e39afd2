"""Outcomes and feedback on their way."""

from __future__ import annotations

import json
import threading
from typing import Any, Callable, Dict, List, NamedTuple

from .gateways import Gateways
from .send_reports import Item, Kind, Sender
from .told import Feedback, Outcome, Reported

_MOST = 10_000
_BATCH_SIZE = 200
# Half of what gateways take: the split may have been told long before the decision.
_OLDEST_MS = 12 * 60 * 60 * 1000


class ReportCounts(NamedTuple):
    waiting: int
    dropped: int


class Reports:
    """What is told waits in memory until a gateway has taken it, whichever: decisions have names, and each counts once, so
    what may or may not have come through is sent again. The newest 10,000 are kept.
    """

    def __init__(
        self,
        gateways: Gateways,
        client: str,
        now_ms: Callable[[], float],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._now_ms = now_ms
        self._on_error = on_error
        self._waiting: List[Item] = []
        self._dropped = 0
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._sender = Sender(gateways, client, now_ms, self._drop)

    def outcome(self, decision: Reported, outcome: Outcome) -> None:
        usage = outcome.usage
        told = {} if usage is None else {"inputTokens": usage.input_tokens, "outputTokens": usage.output_tokens}
        said: Dict[str, Any] = {"outcome": outcome.outcome, "latencyMs": outcome.latency_ms}
        self._add("outcomes", decision, {**said, "usage": told} if told else said)

    def feedback(self, decision: Reported, feedback: Feedback) -> None:
        self._add("feedback", decision, {"name": feedback.name, "value": feedback.value})

    def counts(self) -> ReportCounts:
        """What waits to be taken, and what was given up: too much waited, it was too old, or gateways refused it."""
        with self._lock:
            return ReportCounts(len(self._waiting), self._dropped)

    def flush(self) -> None:
        """Sends what waits; returns when all was taken or given up, or when gateways do not take it. One at a time."""
        with self._flushing:
            try:
                self._drop_old()
                # Feedback is judged with its decision's outcome: that goes first.
                self._flush_kind("outcomes")
                self._flush_kind("feedback")
            except Exception as error:
                self._on_error(error)

    def _add(self, to: Kind, decision: Reported, said: Dict[str, Any]) -> None:
        item = Item(to, decision.proof, decision.decided_ms, said)
        # What is no JSON is told to whoever said it, now: later it would hold up all others.
        json.dumps([item.proof, item.decided_ms, said], allow_nan=False)
        with self._lock:
            self._waiting.append(item)
            over = len(self._waiting) - _MOST
            if over > 0:
                del self._waiting[:over]
        if over > 0:
            self._drop(over, OverflowError("Too many reports wait for a gateway: the oldest was dropped."))

    def _flush_kind(self, to: Kind) -> None:
        while True:
            with self._lock:
                items = [item for item in self._waiting if item.to == to][:_BATCH_SIZE]
            if not items:
                return
            self._sender.send(to, items)
            self._remove(items)

    def _drop_old(self) -> None:
        with self._lock:
            old = [item for item in self._waiting if self._now_ms() - item.decided_ms > _OLDEST_MS]
        if old:
            self._remove(old)
            self._drop(len(old), TimeoutError("Reports that are older than 12 hours were dropped."))

    def _remove(self, items: List[Item]) -> None:
        gone = set(items)
        with self._lock:
            self._waiting = [item for item in self._waiting if item not in gone]

    def _drop(self, count: int, why: Exception) -> None:
        with self._lock:
            self._dropped += count
        self._on_error(why)
