"""What makes an artifact's error, operation by operation.

Door: `diagnosis` (`diagnose`: an artifact against its float model, ranked by what each operation
costs) and `cause` (the same in words). `tflite_subject` and `tfjs_subject` open the two models of a
target, `operation` and `weights` tell of one operation. Imports `runtimes`, `bundle`, `datasets`,
`converters`.
"""
