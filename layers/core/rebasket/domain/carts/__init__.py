"""Carts: the events that shops report, and the cart that they add up to, in any order and repetition."""
