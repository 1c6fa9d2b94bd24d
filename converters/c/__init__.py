"""SavedModel -> plain C99: the int8 `.tflite` of that target as sources without a library.

Door: `c` (`convert`). `graph` reads the file, `operations` says what writes each operation as a
`step`, `memory` places what lies between them, `text` writes steps in C, `source` joins all that
with `kernels/*.c`; `golden` makes the self-test's vectors. Imports what lies beside this room in
`converters`.
"""
