"""Real editors, driven without a screen, on the real server."""
