"""SavedModel -> `.tflite`: converted, made compact, described, and proven the same.

Door: `tflite` (`convert`) and, for those who read such files, `model_file`, `model_reader`,
`stored_scheme`, `metadata`, `zip_archive`. Imports what lies beside this room in `converters`.
"""
