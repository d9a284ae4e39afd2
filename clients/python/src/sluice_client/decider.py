"""What is known of the split, and decisions by it."""

from __future__ import annotations

import secrets
import threading
import uuid
from dataclasses import dataclass
from typing import Callable, NamedTuple, Optional

from ._literals import Arm, Reason
from .events import EndEvent, Event, LeaseEvent, SentLease, SplitEvent, ToldSplit
from .split import Revision, Split, choose_arm
from .told import Proof


@dataclass(frozen=True)
class Decision:
    """Which revision a subject gets, and why."""

    revision: Revision
    arm: Arm
    reason: Reason
    split_version: int
    proof: Proof
    decided_ms: float
    """When it was made, by the machine's monotonic clock."""


class _Lease(NamedTuple):
    renewed_ms: float
    ttl_ms: float


class _Held(NamedTuple):
    """A split with its own lease. One value, so that a decision never sees the one without the other."""

    told: Optional[ToldSplit]
    lease: Optional[_Lease]


class Decider:
    """Never waits: a decision reads one reference. `now_ms`: a monotonic clock, in milliseconds."""

    def __init__(self, now_ms: Callable[[], float]) -> None:
        self._now_ms = now_ms
        self._held = _Held(None, None)
        self._taking = threading.Lock()

    def take(self, event: Event, opened_ms: float) -> bool:
        """Takes an event of a stream whose request was sent at `opened_ms`.

        True where another split is gone by from now on; one that is older than the one gone by, or another one of the
        same version, changes nothing, and renews no lease.
        """
        if isinstance(event, EndEvent):
            return False
        with self._taking:
            told = self._held.told
            if isinstance(event, LeaseEvent):
                if told is not None and event.version == told.split.version:
                    self._held = _Held(told, self._lease_from(event.lease, event.at_ms, opened_ms))
                return False
            return self._take_split(event, told, opened_ms)

    def start_from(self, kept: ToldSplit) -> None:
        """Begins with what was kept on disk, without a lease."""
        with self._taking:
            if self._held.told is None:
                self._held = _Held(kept, None)

    def forget_lease(self) -> None:
        """From now on, and until a gateway says otherwise, nobody judges."""
        self._taking = threading.Lock()  # A fork may have copied it while it was held, and its holder is not there.
        self._held = _Held(self._held.told, None)

    def decide(self, subject: Optional[str] = None) -> Optional[Decision]:
        """Without a subject one is drawn. `None` before anything is known."""
        told, lease = self._held
        if told is None:
            return None
        return _decide_by(told, subject, self._left_ms(lease) > 0, self._now_ms())

    def known(self) -> Optional[ToldSplit]:
        return self._held.told

    def lease_left_ms(self) -> float:
        """How long a candidate may still be served without another word, in milliseconds; 0 where it may not."""
        return self._left_ms(self._held.lease)

    def _take_split(self, event: SplitEvent, before: Optional[ToldSplit], opened_ms: float) -> bool:
        told = event.told
        if before is not None and not _follows(told.split, before.split):
            return False
        is_new = (
            before is None
            or before.split.version != told.split.version
            or len(before.revisions) != len(told.revisions)
        )
        self._held = _Held(told, self._lease_from(event.lease, event.at_ms, opened_ms))
        return is_new

    def _lease_from(self, sent: Optional[SentLease], at_ms: float, opened_ms: float) -> Optional[_Lease]:
        if sent is None:
            return None
        # The gateway counts from when it had our request, we from when we sent it: earlier. So however long an event was
        # on its way, the lease is never taken for younger than it is.
        sent_ms = min(opened_ms + at_ms, self._now_ms())
        return _Lease(sent_ms - sent.age_ms, sent.ttl_ms)

    def _left_ms(self, lease: Optional[_Lease]) -> float:
        return 0.0 if lease is None else max(0.0, lease.renewed_ms + lease.ttl_ms - self._now_ms())


def _decide_by(told: ToldSplit, given: Optional[str], is_leased: bool, decided_ms: float) -> Decision:
    split, revisions = told.split, told.revisions
    subject = str(uuid.uuid4()) if given is None else given
    # A side that this gateway could not tell of is as if nobody judged.
    fresh = is_leased and all(digest is None or digest in revisions for digest in (split.stable, split.candidate))
    arm, reason, counted_arm = choose_arm(split, subject, fresh)
    digest = split.candidate if arm == "candidate" and split.candidate is not None else split.stable
    proof: Proof = {
        "split": told.token,
        "id": secrets.token_urlsafe(16),
        "subject": subject,
        "drawn": given is None,
        "fresh": fresh,
        "arm": counted_arm,
    }
    revision = revisions.get(digest) or Revision(digest, digest)
    return Decision(revision, arm, reason, split.version, proof, decided_ms)


def _follows(following: Split, before: Split) -> bool:
    """A version is written once: the same one with another content belongs to another history."""
    return following.version > before.version if following.version != before.version else following == before
