"""A cohort rated: the columns of an engine for whom everything is known, the interpreter's word for all others; results looked up and written."""
