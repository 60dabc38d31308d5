"""What a report may say, and how sure it is."""
