"""People: who somebody is to a shop, and what was promised to them."""
