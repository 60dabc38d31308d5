"""Closing days, adjusting them by what changed since, and the report."""
