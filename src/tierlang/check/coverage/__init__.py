"""
Which values the conditions of levels and bands cover: gaps, overlaps and arms out of reach, each with a witness (D35).

From the leaves up: constants and domains say what an expression can be; formulas and conditions read a condition as
comparisons; intervals and regions cut the values at the constants; levels and faults find what is wrong; ladder and
bands report it.
"""
