"""Timers: deleted when due, armed anew when lost."""
