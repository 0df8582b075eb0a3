"""Parameters from published findings."""
