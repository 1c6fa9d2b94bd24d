"""What shifts in the pictures cost a model: distortions, and mistakes in preparing them.

Door: `robustness` (`measure`) and `floors` (what must be kept). Imports `reading`, `verification`,
`runtimes`, `picture`, `bundle`, `datasets`.
"""
