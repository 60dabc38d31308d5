"""What shops send, platform by platform, as events of the domain. Pure."""
