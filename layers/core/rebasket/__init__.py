"""Rebasket: abandoned-cart recovery that a shop runs in its own AWS account."""
