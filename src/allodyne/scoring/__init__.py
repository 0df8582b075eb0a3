"""How well published findings are predicted."""
