"""What lies on disk: runs and bundles, their manifests, and how folders appear whole.

Door: `bundle` (`read`, `Manifest`), `artifact` (`Artifact`), `input_contract` (`InputContract`),
`run` (`open_run`), `publishing` (the old folder or the new one, never half of it). Everything here
can be opened without TensorFlow. Imports `datasets`, `picture` and `converters`.
"""
