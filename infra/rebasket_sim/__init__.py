"""The simulation: the real code under faults, deterministic, thousands of times, trying to break the four promises."""
