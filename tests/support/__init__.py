"""What tests, demos and the conformance kit share; nothing here is shipped."""
