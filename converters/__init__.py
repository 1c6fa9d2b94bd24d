"""SavedModel or Keras file -> files that phones and browsers run. It knows nothing of digits.

Door: `targets` (the registry: `TARGETS`, `convert`), `base` (what is asked for and what comes out),
`saved_model` (the float model), `errors`. `source/` opens what somebody saved; one room a target.
Imports nothing of `edgedigits`.
"""
