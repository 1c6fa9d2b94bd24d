"""What is kept of numbers that nobody keeps: records that add up to the same in any order.

Door: `exact_sum` (a sum without rounding), `ranked` (which value stands at which rank) and `rows`
(tables a few rows at a time). Imports NumPy alone.
"""
