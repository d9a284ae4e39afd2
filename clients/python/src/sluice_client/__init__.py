"""Decides by a streamed split of Sluice in your own process, for applications that call their vendor themselves."""

from ._literals import Arm, Ending, Reason
from .client import ClientState, SluiceClient, start_client
from .decider import Decision
from .split import Revision
from .told import Feedback, Outcome, Proof, Reported, Usage

__all__ = [
    "Arm",
    "ClientState",
    "Decision",
    "Ending",
    "Feedback",
    "Outcome",
    "Proof",
    "Reason",
    "Reported",
    "Revision",
    "SluiceClient",
    "Usage",
    "start_client",
]
