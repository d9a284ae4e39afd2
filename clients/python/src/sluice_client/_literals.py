"""The closed sets of words."""

from __future__ import annotations

from typing import Literal

Arm = Literal["stable", "candidate"]
"""The side of a split."""

CountedArm = Literal["stable", "candidate", "lease-expired"]

Reason = Literal["weight", "included", "excluded", "no-candidate", "lease-expired"]
"""Why a subject is on its arm."""

Ending = Literal["ok", "error", "timeout", "caller-fault", "cancelled"]
"""`error` and `timeout` count as bad; `caller-fault` and `cancelled` do not."""
