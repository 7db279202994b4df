"""Accounts at a school: passwords, signing in, and getting a class's people in.

What an account may see is decided by the school's database (`migrations/sql`), not here.
"""
