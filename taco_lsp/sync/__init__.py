"""Sync: a student's local store and a school's server, kept the same without ever being in the student's way.

    remote    what a server has to offer to be synced with
    rounds    one round: take in what is new there, send what is new here
    pace      how long to wait between rounds
    loop      rounds, again and again, aside of everything else
    status    what is going on, for a status bar and a worried student

Everything is written locally first; a round reads and writes the local store in short transactions and waits for the
network outside of them. What travels, and the SQL of it, is in `storage.sync`.
"""
