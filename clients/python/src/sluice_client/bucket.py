"""In which bucket a subject falls: what gateways use, held to the same numbers by `clients/vectors.json`."""

from __future__ import annotations

import math

BUCKET_COUNT = 10_000

_WORD = 0xFFFFFFFF
_C1 = 0xCC9E2D51
_C2 = 0x1B873593


def bucket_of(salt: str, subject: str) -> int:
    """The bucket of a subject, 0..9999: the same for the same salt and subject, for ever."""
    return math.floor(_murmur3(_utf8(f"{salt}/{subject}")) / 2**32 * BUCKET_COUNT)


def buckets_of(weight: float) -> int:
    """How many of the buckets a weight in percent covers. Halves go up; Python's round() differs."""
    exact = weight / 100 * BUCKET_COUNT
    whole = math.floor(exact)
    return whole + 1 if exact - whole >= 0.5 else whole


def _murmur3(data: bytes) -> int:
    """MurmurHash3 x86 32-bit (Appleby, public domain), with seed 0."""
    value = 0
    tail_start = len(data) - len(data) % 4
    for offset in range(0, tail_start, 4):
        value ^= _scramble(int.from_bytes(data[offset : offset + 4], "little"))
        value = (_rotate_left(value, 13) * 5 + 0xE6546B64) & _WORD
    if tail_start < len(data):
        value ^= _scramble(int.from_bytes(data[tail_start:], "little"))
    value ^= len(data)
    value = (value ^ value >> 16) * 0x85EBCA6B & _WORD
    value = (value ^ value >> 13) * 0xC2B2AE35 & _WORD
    return value ^ value >> 16


def _scramble(block: int) -> int:
    return _rotate_left(block * _C1 & _WORD, 15) * _C2 & _WORD


def _rotate_left(value: int, bits: int) -> int:
    return (value << bits | value >> 32 - bits) & _WORD


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Halves of surrogate pairs, which UTF-8 has not: gateways take them for U+FFFD.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
