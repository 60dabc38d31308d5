"""What comes back: the provider's delivery events, and shoppers' clicks and opt-outs."""
