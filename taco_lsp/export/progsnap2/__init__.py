"""ProgSnap2 1.0: the journeys of students as a data set that other people's tools read.

Code states are in the Table format: one file for all students, each state once. Directories would be a file for every
state, and a Git repository for every student can be neither read as a stream nor written as one.
"""
