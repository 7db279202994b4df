"""The questions and changes a store knows, one module per table or concern. No transaction begins or ends here."""
