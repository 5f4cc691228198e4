"""One record at a time: a scheme compiled once, and a cohort that stands still, for request handlers."""
