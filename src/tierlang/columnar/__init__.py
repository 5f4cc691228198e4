"""Whole cohorts at once: a checked scheme as columns of exact integers, for engines that hold tens of millions of rows."""
