"""Values that come from JSON, or go there."""

from typing import Any

Json = Any
"""What `json.loads` gives. Its shape is AWS's, described where it is used."""
