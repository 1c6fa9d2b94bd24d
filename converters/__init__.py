"""SavedModel -> files that phones and browsers run. It knows nothing of digits.

Door: `targets` (the registry: `TARGETS`, `convert`), `base` (what is asked for and what comes out),
`saved_model` (the float model), `errors`. One room a target. Imports nothing of `edgedigits`.
"""
