"""Recording what shops report."""
