"""Large populations: cut into portions, solved anywhere, streamed to a store that survives interruptions."""
