"""`.tflite` files in the interpreter of microcontrollers, the `tflite-micro` package.

Door: `micro` (the runtime) and `arena` (how much memory a file needs there). Imports `litert`,
`processes`, `bundle`.
"""
