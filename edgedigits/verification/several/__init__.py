"""Several verifications as one piece of work.

Door: `many` (`each`: bundles one after another, by one executor, whatever becomes of the others),
`matrix` (`read`: which those are, by a file) and `json_of_many`. `toml_file` reads what people
write, and finds the line that something stands on. Imports `runtimes`, `bundle`, `datasets`.
"""
