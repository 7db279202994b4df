"""One module a measurement: a docstring whose first line says what is measured, and `measure(quick) -> Report`."""
