"""The events of `GET /v1/split`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Dict, Iterable, Iterator, Mapping, Optional, Tuple, Union

from ._literals import Arm
from .split import Revision, Split


@dataclass(frozen=True)
class SentLease:
    """A lease as it was when its event was sent, in milliseconds."""

    age_ms: float
    ttl_ms: float


@dataclass(frozen=True)
class ToldSplit:
    """What is told of a split: with its revisions, and a token that proves it to every gateway."""

    split: Split
    revisions: Mapping[str, Revision]
    token: str


@dataclass(frozen=True)
class SplitEvent:
    at_ms: float
    """When it was sent, since the gateway had our request."""
    lease: Optional[SentLease]
    told: ToldSplit


@dataclass(frozen=True)
class LeaseEvent:
    at_ms: float
    lease: Optional[SentLease]
    version: int


@dataclass(frozen=True)
class EndEvent:
    """This gateway tells no more."""


Event = Union[SplitEvent, LeaseEvent, EndEvent]


def read_events(chunks: Iterable[bytes]) -> Iterator[Event]:
    """The events of a response's body, as they come. Those of a kind that this version does not know are left out.

    Raises `ValueError` for what is none: then another gateway is asked.
    """
    rest = b""
    for chunk in chunks:
        *blocks, rest = (rest + chunk).split(b"\n\n")
        for block in blocks:
            event = _event_of(block.decode())
            if event is not None:
                yield event


def _event_of(block: str) -> Optional[Event]:
    fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
    kind = fields.get("event")
    if kind == "end":
        return EndEvent()
    if kind not in ("split", "lease"):
        return None
    data = _record(json.loads(fields.get("data", "{}")))
    at_ms, lease = _number(data.get("atMs")), _lease_of(data.get("lease"))
    if kind == "lease":
        return LeaseEvent(at_ms, lease, _whole(data.get("version")))
    return SplitEvent(at_ms, lease, told_split_of(data))


def told_split_of(value: object) -> ToldSplit:
    """Raises `ValueError` where it is none."""
    data = _record(value)
    revisions = {
        digest: _revision_of(digest, _record(each)) for digest, each in _record(data.get("revisions")).items()
    }
    return ToldSplit(_split_of(_record(data.get("split"))), revisions, _text(data.get("token")))


def json_of(told: ToldSplit) -> Dict[str, Any]:
    """The form that `told_split_of` reads."""
    split = told.split
    candidate = {} if split.candidate is None else {"candidate": split.candidate}
    return {
        "split": {
            "app": split.app,
            "environment": split.environment,
            "version": split.version,
            "stable": split.stable,
            **candidate,
            "fallback": split.fallback,
            "weight": split.weight,
            "include": list(split.include),
            "exclude": list(split.exclude),
            "salt": split.salt,
        },
        "revisions": {digest: _json_of_revision(each) for digest, each in told.revisions.items()},
        "token": told.token,
    }


def _json_of_revision(revision: Revision) -> Dict[str, Any]:
    content = {} if revision.content is None else {"content": revision.content}
    return {"label": revision.label, **content}


def _split_of(of: Mapping[str, Any]) -> Split:
    candidate = of.get("candidate")
    fallback: Arm = "candidate" if of.get("fallback") == "candidate" else "stable"
    return Split(
        app=_text(of.get("app")),
        environment=_text(of.get("environment")),
        version=_whole(of.get("version")),
        stable=_text(of.get("stable")),
        candidate=None if candidate is None else _text(candidate),
        fallback=fallback,
        weight=_number(of.get("weight")),
        include=_texts(of.get("include")),
        exclude=_texts(of.get("exclude")),
        salt=_text(of.get("salt")),
    )


def _revision_of(digest: str, of: Mapping[str, Any]) -> Revision:
    return Revision(digest, _text(of.get("label")), of.get("content"))


def _lease_of(value: object) -> Optional[SentLease]:
    if value is None:
        return None
    of = _record(value)
    return SentLease(_number(of.get("ageMs")), _number(of.get("ttlMs")))


def _record(value: object) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    raise _not_told()


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise _not_told()


def _number(value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise _not_told()


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _not_told()


def _texts(value: object) -> Tuple[str, ...]:
    if isinstance(value, list):
        return tuple(_text(each) for each in value)
    raise _not_told()


def _not_told() -> ValueError:
    return ValueError("Not an event of a split.")
