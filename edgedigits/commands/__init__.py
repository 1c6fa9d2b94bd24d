"""Commands: one file each, options in, one call, a result out.

Door: each file's function of its own name, which `cli` registers. `options` is what
several commands take. Imports every room below, and only when a command runs.
"""
