"""The journey: what a student did, as one ordered timeline. Reads the store, writes nothing."""
