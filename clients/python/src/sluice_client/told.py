"""What applications tell of a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Protocol, TypedDict, Union

from ._literals import CountedArm, Ending


class Proof(TypedDict):
    """What proves a decision to every gateway; plain JSON, so that another process may report it."""

    split: str
    id: str
    subject: str
    drawn: bool
    fresh: bool
    arm: CountedArm


class Reported(Protocol):
    """What of a decision is told: a `Decision`, or its `proof` and `decided_ms` as another process had them."""

    @property
    def proof(self) -> Proof: ...

    @property
    def decided_ms(self) -> float: ...


@dataclass(frozen=True)
class Usage:
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Outcome:
    """How a call of the vendor went."""

    outcome: Ending
    latency_ms: float
    """From its start to its end."""
    usage: Optional[Usage] = None


@dataclass(frozen=True)
class Feedback:
    """What became of an answer, for guardrails that go by it. No content: it is kept as it is."""

    name: str
    value: Union[str, float, bool]
