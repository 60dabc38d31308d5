"""The command line: a demo and a replay on one's own machine, and what an operator does to a deployed stack."""
