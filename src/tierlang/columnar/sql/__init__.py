"""Columns written as SQL: one statement for a relational plan, in the forms of each dialect."""
