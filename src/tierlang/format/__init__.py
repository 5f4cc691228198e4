"""Formatting: a scheme in the one style of the language, saying what it said. Knows syntax, and nothing above it."""
