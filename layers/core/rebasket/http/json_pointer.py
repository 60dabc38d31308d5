"""JSON pointers (RFC 6901) to what is wrong in a request."""

from __future__ import annotations

LONGEST_NAME = 64
"""Of a field, in a pointer: longer names are nobody's field, and an answer should not repeat them."""


def nameable(key: str) -> bool:
    """Whether a pointer can name the key; else point at the object that holds it."""
    return len(key) <= LONGEST_NAME and key.isprintable()


def step(pointer: str, key: str | int) -> str:
    """The pointer to one member of what `pointer` points to."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
