"""Commands: one file each, options in, one call, a result out.

Door: each file's function of its own name, which `cli` registers. `options` and `model_options` are
what several commands take. Imports every room below, and only when a command runs.
"""
