"""What makes an artifact's error, operation by operation, and whether it was calibrated well.

Door: `diagnosis` (`diagnose`: an artifact against its float model, ranked by what each operation
costs), `cause` (the same in words), `calibration_audit` (`audit`: pictures that calibrate against
held-out ones, at every export) and `calibrated_bundle` (`diagnose`: the same for a bundle, with
other draws). `tflite_subject` and `tfjs_subject` open the two models of a target, `operation` and
`weights` tell of one operation, `record` reads what was found before; `calibration_pictures`
judges pixels, `calibration_ranges` activations, `calibration_spread` draws anew. Imports
`verification`, `runtimes`, `bundle`, `datasets`, `picture`, `converters`.
"""
