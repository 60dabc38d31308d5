"""Shops: their rules, keys, quiet hours and limits."""
