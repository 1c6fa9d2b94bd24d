"""`.tflite` files in LiteRT: on its kernels, on a GPU, and what the files say of themselves.

Door: `litert` and `litert_gpu` (the runtimes) and `litert_process` (a file opened in a fork).
Imports `processes`, `bundle` and `converters`.
"""
