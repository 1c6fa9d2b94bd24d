"""Several verifications as one piece of work.

Door: `many` (`each`: bundles one after another, by one executor, whatever becomes of the others),
`matrix` (`read`: which those are, by a file) and `json_of_many`. `lines` finds the line of a TOML
file that something stands on. Imports `runtimes`, `bundle`, `datasets`.
"""
