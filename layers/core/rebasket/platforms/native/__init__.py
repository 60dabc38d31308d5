"""What shops and platforms send, translated into the domain's events: validated, normalised, each wrong field named."""
