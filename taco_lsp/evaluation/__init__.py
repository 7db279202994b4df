"""Measures the tutor on labelled cases: the guard, the explanations, the retrieval. Formats: docs/evaluation.md.

Pure of printing; `taco eval` (in `taco_lsp.cli.evaluate`) shows the results.
"""
