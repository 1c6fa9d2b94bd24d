"""SavedModel -> WebAssembly: the steps of target `c` as one module, without a compiler.

Door: `wasm` (`convert`). `kernels` holds those of target `c`, compiled beforehand; `layout` is what
a model's tables and parameters are in memory, `instructions` what calls the kernels with them, and
`model` joins all that as sections of a `binary`. Imports `c`, `tflite` and what lies beside this
room in `converters`.
"""
