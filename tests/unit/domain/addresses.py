"""Addresses by the number."""

from rebasket.domain.addresses import Address, Channel


def numbered(count: int) -> list[Address]:
    return [Address(Channel.EMAIL, f"somebody{number}@example.org") for number in range(count)]
