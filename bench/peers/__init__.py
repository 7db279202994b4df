"""The other side of each comparison: small programs that do the same work without TACO."""
