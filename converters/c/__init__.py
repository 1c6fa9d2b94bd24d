"""SavedModel -> plain C99: the quantized `.tflite` of that target as sources without a library.

Door: `c` (`convert`). `quantized` makes the file, whose `graph` is read; `operations` says what
writes each operation as a `step`, `memory` places what lies between them, `text` writes steps in C,
`source` joins all that with `kernels/*.c`; `golden` makes the self-test's vectors. `int16` has what
numbers of 16 bits need besides. Imports what lies beside this room in `converters`.
"""
