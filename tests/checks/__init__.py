"""Small checks of the repository itself, each `python -m tests.checks.<name> [folder]`; silent and 0, or findings and 1."""
