"""The tutor: what it knows, what it may say, and who answers."""
