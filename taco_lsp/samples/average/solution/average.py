import sys


def average(numbers):
    """Return the average of a list of numbers."""
    total = 0
    for number in numbers:
        total = total + number
    return total / len(numbers)


numbers = [float(line) for line in sys.stdin]
print(average(numbers))
