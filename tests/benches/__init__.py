"""Measurements of what is deployed."""
