"""The pure part: what is true of carts, contacts and reminders. No AWS, no clock, no environment, no randomness."""
