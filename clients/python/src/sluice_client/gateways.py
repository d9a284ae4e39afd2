"""The gateways of an environment: any of them takes what is posted, and streams."""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import ssl
from typing import Any, Iterator, List, Mapping, Optional, Sequence
from urllib.parse import urlsplit

_POST_TIMEOUT_S = 5.0
_CHUNK_BYTES = 65_536


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"The gateway answered {status}: {text}")
        self.status = status


def is_final(error: BaseException) -> bool:
    """Would every gateway say that? Not what it says of itself: too much to do, or its database away."""
    return isinstance(error, Refused) and error.status < 500 and error.status not in (401, 408, 429)


class Stream:
    """A body that comes for as long as its connection lives. `close` may be called by any thread, at any time."""

    def __init__(self, url: str, headers: Mapping[str, str], silent_s: float) -> None:
        self._url = url
        self._headers = headers
        self._connection = _connect(url, silent_s)
        self._socket: Optional[socket.socket] = None
        self._is_closed = False

    def chunks(self, path: str) -> Iterator[bytes]:
        """Raises `Refused`, and `OSError` or `http.client.HTTPException` where there is no way to it, or it breaks."""
        self._connection.connect()
        # The connection forgets its socket where the answer is to be the last one on it.
        self._socket = self._connection.sock
        if self._is_closed:
            self.close()
        try:
            response = _ask(self._connection, "GET", urlsplit(self._url).path + path, self._headers, None)
            if response.status // 100 != 2:
                raise Refused(response.status, response.read().decode("utf-8", "replace"))
            yield from iter(lambda: response.read1(_CHUNK_BYTES), b"")
            response.close()
        finally:
            self._connection.close()

    def close(self) -> None:
        """Ends it: whoever reads it hears of its end."""
        self._is_closed = True
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # It was over already.

    def release(self) -> None:
        """Lets go of it in a process that was forked, without a word: it is the other process's."""
        if self._socket is not None and self._socket.fileno() >= 0:
            os.close(self._socket.detach())


class Gateways:
    """`urls` without a path. Begins at a random one, so that many clients spread."""

    def __init__(self, urls: Sequence[str], key: str) -> None:
        self._urls = [url.rstrip("/") for url in urls]
        for url in self._urls:
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise ValueError(f"{url!r} is no address of a gateway: write it like http://gateway-1:8080.")
        if not self._urls:
            raise ValueError("No gateway is named: give at least one.")
        self._headers = {"authorization": f"Bearer {key}"}
        self._turn = random.randrange(len(self._urls))

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """To one after the other, until one takes it.

        Raises what the last one said, and at once what no other would take.
        """
        failure: Exception = ConnectionError("No gateway was asked.")
        for url in self._in_turn():
            try:
                return self._post_to(url, path, body)
            except (Refused, OSError, http.client.HTTPException, ValueError) as error:
                if is_final(error):
                    raise
                failure = error
        raise failure

    def stream(self, silent_s: float) -> Stream:
        """A stream of the next one in turn, which breaks where nothing came for so long."""
        self._turn = (self._turn + 1) % len(self._urls)
        return Stream(self._urls[self._turn], self._headers, silent_s)

    def _in_turn(self) -> List[str]:
        turn = self._turn
        return self._urls[turn:] + self._urls[:turn]

    def _post_to(self, url: str, path: str, body: Mapping[str, Any]) -> Any:
        connection = _connect(url, _POST_TIMEOUT_S)
        try:
            headers = {**self._headers, "content-type": "application/json"}
            text = json.dumps(body, allow_nan=False).encode()
            response = _ask(connection, "POST", urlsplit(url).path + path, headers, text)
            said = response.read()
        finally:
            connection.close()
        if response.status // 100 != 2:
            raise Refused(response.status, said.decode("utf-8", "replace"))
        return json.loads(said)


def _connect(url: str, timeout_s: float) -> http.client.HTTPConnection:
    at = urlsplit(url)
    host = at.hostname or ""
    if at.scheme == "https":
        return http.client.HTTPSConnection(host, at.port, timeout=timeout_s, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, at.port, timeout=timeout_s)


def _ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: Optional[bytes],
) -> http.client.HTTPResponse:
    connection.request(method, path, body, dict(headers))
    return connection.getresponse()
