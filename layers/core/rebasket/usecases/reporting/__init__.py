"""Closing days, posting what changed in them, and the report."""
