"""Challenges as teachers keep them: a folder of plain files that can live in git."""
