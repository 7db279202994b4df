"""What is recorded of one student: summed up, written out as a page or a file, deleted. The student's own view."""
