"""From a due timer to at most one request on the wire."""
