import sys


def average(numbers):
    """Return the average of a list of numbers."""


numbers = [float(line) for line in sys.stdin]
print(average(numbers))
