"""Repeatable measurements of TACO beside its peers: `python -m bench`. Not tests: a slow machine fails nothing here."""
