"""Rebasket: abandoned-cart recovery that a shop runs in its own AWS account."""

__version__ = "0.1.0"
"""Semantic version of what is deployed: on every log line, in the stack's outputs, and told by `rebasket --version`."""
