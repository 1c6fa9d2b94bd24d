"""A bundle's parity as tests of somebody's own suite.

Door: `plugin` (what pytest loads: its options, an item for each artifact and runtime, the fixture
`edgedigits_artifact`); `subject` (`Subject`: a bundle, judged one artifact at a time). Nothing but
`plugin` is imported before a bundle is named. Imports `verification`, `runtimes`, `bundle`.
"""
