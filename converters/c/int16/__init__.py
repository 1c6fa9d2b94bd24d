"""What numbers in int16 need besides what is done in int8: curves as tables, and other references.

Door: `curves` (writers of `LOGISTIC` and `SOFTMAX`) and `reference` (what a file answers). Imports
what describes operations and steps in `c`.
"""
