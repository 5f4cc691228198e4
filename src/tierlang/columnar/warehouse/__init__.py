"""Statements for somebody else's warehouse: a scheme as one statement from its declarations alone, and the checks of its data."""
