"""The newest split on disk."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Optional, Union

from .events import ToldSplit, json_of, told_split_of


class LastKnown:
    """The newest split on disk, with the revision that all get while nobody judges, and never another one's content.

    One file an app in that directory. Two processes with one directory overwrite each other's, which does no harm.
    """

    def __init__(self, directory: Union[str, "os.PathLike[str]"], app: str) -> None:
        self._path = Path(directory) / f"sluice-{app}.json"
        self._app = app

    def write(self, told: ToldSplit) -> None:
        """Whole or not at all, also through a crash; readable by its owner alone. For one thread at a time."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = f"{self._path}.{os.getpid()}.{threading.get_ident()}.new"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "w", encoding="utf-8") as file:
            json.dump(json_of(_to_keep(told)), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self._path)

    def read(self) -> Optional[ToldSplit]:
        """`None` where nothing was ever written. Raises `ValueError` for a file that is damaged or of another app."""
        try:
            written = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        told = told_split_of(json.loads(written))
        if told.split.app == self._app:
            return told
        raise ValueError(f"{self._path} is of the app {told.split.app}: delete it.")


def _to_keep(told: ToldSplit) -> ToldSplit:
    fallback = told.split.candidate if told.split.fallback == "candidate" else told.split.stable
    return replace(told, revisions={digest: each for digest, each in told.revisions.items() if digest == fallback})
