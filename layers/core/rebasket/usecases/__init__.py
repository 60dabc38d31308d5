"""What Rebasket does: each module orchestrates the domain and the ports for one thing that happens."""
