"""The tests of a challenge: which it has, running them on somebody's work, and reading what they say.

Knows no editor and no store. Tests run as a person's own program does, which is no sandbox.
"""
