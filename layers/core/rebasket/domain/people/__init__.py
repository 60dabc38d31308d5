"""Who is written to: addresses, and what each person consented to, bought and was sent."""
