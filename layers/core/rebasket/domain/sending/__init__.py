"""What is sent, what it costs, and what the provider says of it afterwards."""
