"""Properties of the language, held against random schemes, cohorts and texts."""
