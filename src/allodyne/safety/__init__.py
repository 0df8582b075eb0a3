"""Whether a plan is safe, and whether the equipment can do it."""
