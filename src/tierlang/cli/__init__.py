"""The command `tier`: a thin shell. Only it touches arguments, terminals and exit codes."""
