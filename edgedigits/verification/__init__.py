"""Whether an artifact still gives the float model's answers.

Door: `verify` (`verify`: a bundle's artifacts against its reference) and `parity` (`compare`,
`judge`: the statistics and the verdict, on NumPy and SciPy alone, made in `tally` and `verdict`).
`running` is the room of what asks them, `summaries` of how numbers are kept that add up, `several`
of many bundles as one piece of work. `promises` and `records` hold a bundle against what it says of
itself, `unseen` chooses the pictures. Imports `runtimes`, `bundle`, `datasets`, `picture`,
`converters`.
"""
