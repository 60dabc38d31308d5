"""Figures of a day, what changed in them later, and what reminders changed."""
