"""Reads a track of Exercism as it lies in its repository. Reads only: nothing of a track is ever run."""
