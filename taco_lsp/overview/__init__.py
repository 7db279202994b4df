"""The overview of a class: numbers and signals for a teacher, with the events behind each. No verdict on anybody.

It reads what storage has counted, and returns plain data, text or HTML; it knows no editor and no command line.
"""
