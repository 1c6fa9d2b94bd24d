"""Whether an artifact still gives the float model's answers.

Door: `verify` (`verify`: a bundle's artifacts against its reference) and `parity` (`compare`,
`judge`: the statistics and the verdict, on NumPy and SciPy alone, made in `comparison` and
`verdict`). `promises` and `records` hold a bundle against what it says of itself, `unseen` chooses
the pictures. Imports `runtimes`, `bundle`, `datasets`, `picture`, `converters`.
"""
