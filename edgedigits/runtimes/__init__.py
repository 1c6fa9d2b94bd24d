"""What executes an artifact, as a user's program would.

Door: `runtimes` (`RUNTIMES`, `open_runtime`), `base` (what every runtime is) and `shared` (what
those of one verification have in common). One room a family: `litert`, `micro`, `tfjs`,
`litertjs`, `c`, `wasm`, and `tensorflow` for float models; `processes` is what they run in,
`file_process` a file there (which `file_worker` opens), and `quantization` what becomes of pixels
on the way. Imports `bundle`, `datasets` and `converters`.
"""
