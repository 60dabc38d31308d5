"""Reminders: when a step is due, whether it goes out, and the episode that keeps what came of it."""
