"""Addresses by the number."""

from rebasket.domain.people.addresses import Address, Channel


def numbered(count: int) -> list[Address]:
    return [Address(Channel.EMAIL, f"somebody{number}@example.org") for number in range(count)]
