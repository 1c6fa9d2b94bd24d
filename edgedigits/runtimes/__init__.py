"""What executes an artifact, as a user's program would.

Door: `runtimes` (`RUNTIMES`, `open_runtime`), `base` (what every runtime is) and `shared` (what
those of one verification have in common). One room a family: `litert`, `tfjs`, `c`, and for float
models `tensorflow`; `processes` is what they run in. Imports `bundle`, `datasets` and `converters`.
"""
