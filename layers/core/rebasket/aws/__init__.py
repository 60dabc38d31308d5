"""The two tables: Timers, and Carts for everything else."""
