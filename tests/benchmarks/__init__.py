"""
How fast it is, beside the engines that people would use instead: ``python -m tests.benchmarks``.

Each module in `measures/` is one measure; a new one is found by lying there. What is shown are medians of interleaved
rounds, and ratios within one round, so that a busy machine slows all contenders alike.
"""
