"""Which arm a subject gets by a split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Optional, Tuple

from ._literals import Arm, CountedArm, Reason
from .bucket import bucket_of, buckets_of


@dataclass(frozen=True)
class Split:
    """Who gets what, as gateways stream it."""

    app: str
    environment: str
    version: int
    """Only ever grows."""
    stable: str
    """Digest of the revision of the arm `stable`."""
    candidate: Optional[str]
    fallback: Arm
    """The arm of all subjects while nobody judges the release."""
    weight: float
    """Share of the subjects on the candidate, in percent."""
    include: Tuple[str, ...]
    """Subjects that always get the candidate."""
    exclude: Tuple[str, ...]
    """Subjects that never do."""
    salt: str


@dataclass(frozen=True)
class Revision:
    """A revision of the app: what the application builds its call from."""

    digest: str
    label: str
    content: Any = None
    """Prompts, chain and parameters as sluice.yaml names them; `None` without the key's scope `prompts`."""


class Choice(NamedTuple):
    arm: Arm
    reason: Reason
    counted_arm: CountedArm


def choose_arm(split: Split, subject: str, fresh: bool) -> Choice:
    """The arm of a subject, and what it is counted under. `fresh`: is the lease of the release running?"""
    arm, reason = _dealt_arm(split, subject)
    if fresh or arm == split.fallback:
        return Choice(arm, reason, arm)
    return Choice(split.fallback, "lease-expired", "lease-expired")


def _dealt_arm(split: Split, subject: str) -> Tuple[Arm, Reason]:
    """The arm that bucket and weight give; raising the weight only ever moves subjects from stable to candidate."""
    if split.candidate is None:
        return "stable", "no-candidate"
    if subject in split.exclude:
        return "stable", "excluded"
    if subject in split.include:
        return "candidate", "included"
    on_candidate = bucket_of(split.salt, subject) < buckets_of(split.weight)
    return ("candidate" if on_candidate else "stable"), "weight"
