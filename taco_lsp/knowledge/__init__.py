"""Knowledge: teachers' documents split into passages, kept in the store, and found again for a question.

`markdown` and `folders` read, `library` keeps the store true to the files, `retrieve` finds. Nothing here knows
the tutor's prompt, SQL or the command line.
"""
