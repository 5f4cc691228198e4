"""Where the tables of a run come from, and what their columns hold: every heading, type and declared bound is looked at."""
