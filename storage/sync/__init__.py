"""Sync, as far as it speaks SQL: what a local store still has to send, what it takes in, and a school's PostgreSQL.

    synced       which tables travel, and who may send them
    stamps       hybrid logical clock: which of two saves is the later one
    outbox       local changes that no server has confirmed yet
    replica      rows of a server put into a local store
    removal      what is gone there, or of a class that one has left, taken out
    state        how far a local store has come: cursors, batches, the server's identity
    postgres_*   a school's PostgreSQL as a remote

When to sync, and what to do when it fails, is decided in `taco_lsp.sync`. What travels is in `values`; importing that
or `errors` loads no database library.
"""
