"""What makes an artifact's error, and whether its calibration was fit for it.

Door: `calibration_audit` (`audit`: pictures that calibrate against held-out ones, at every export)
and `calibration_spread` (`measure`: how answers move with the draw and its size).
`calibration_pictures` judges pixels, `calibration_ranges` activations. Imports `verification`,
`runtimes`, `bundle`, `datasets`, `picture`, `converters`.
"""
