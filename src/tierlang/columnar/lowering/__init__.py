"""A checked scheme, bound to its inputs, as columns: expressions, calls, cohorts, outcomes, and what is said of gaps."""
