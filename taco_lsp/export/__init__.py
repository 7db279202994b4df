"""Research exports of what was recorded. Reads the store; the files are for other programs."""
