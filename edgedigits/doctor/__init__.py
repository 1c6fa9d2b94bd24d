"""What works on this machine, and the command that mends what does not.

Door: `doctor` (`examine`). Imports `runtimes` and `datasets`, inside the functions that look.
"""
