"""Sends what waits to be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Literal, Mapping, Sequence

from .gateways import Gateways, is_final
from .told import Proof

Kind = Literal["outcomes", "feedback"]


@dataclass(frozen=True, eq=False)
class Item:
    """Something that is told of a decision, to one of two routes."""

    to: Kind
    proof: Proof
    decided_ms: float
    said: Mapping[str, Any]


class Sender:
    """For one thread at a time. `drop` hears how many were refused for good, and why."""

    def __init__(
        self,
        gateways: Gateways,
        client: str,
        now_ms: Callable[[], float],
        drop: Callable[[int, Exception], None],
    ) -> None:
        self._gateways = gateways
        self._client = client
        self._now_ms = now_ms
        self._drop = drop
        self._sent = 0

    def send(self, to: Kind, items: Sequence[Item]) -> None:
        """Outcomes are taken as a whole or not at all: of some that are refused the faulty ones are found by halving.

        Raises where no gateway takes them now.
        """
        try:
            self._post(to, items)
        except Exception as error:
            if not is_final(error):
                raise
            if len(items) == 1:
                self._drop(1, error)
                return
            middle = (len(items) + 1) // 2
            self.send(to, items[:middle])
            self.send(to, items[middle:])

    def _post(self, to: Kind, items: Sequence[Item]) -> None:
        if to == "outcomes":
            self._sent += 1
            outcomes = [{"decision": item.proof, **item.said} for item in items]
            self._gateways.post("/v1/outcomes", {"batch": f"{self._client}/{self._sent}", "outcomes": outcomes})
            return
        answer = self._gateways.post("/v1/feedback", {"items": [self._feedback(item) for item in items]})
        for why in _refusals_of(answer):
            self._drop(1, ValueError(f"A gateway refused feedback: {why}"))

    def _feedback(self, item: Item) -> Dict[str, Any]:
        return {"decision": item.proof, "ageMs": max(0.0, self._now_ms() - item.decided_ms), **item.said}


def _refusals_of(answer: Any) -> List[str]:
    items = answer.get("items") if isinstance(answer, dict) else None
    return [each.get("why", "") for each in items or [] if each.get("status") == "refused"]
