"""What became of a subject; a failure is never data."""

SOLVED, NOT_FINITE, TOLERANCE_MISSED, STEP_LIMIT = 0, 1, 2, 3
