"""Orders, and what was paid back of them."""
