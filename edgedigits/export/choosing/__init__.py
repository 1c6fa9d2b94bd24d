"""Which of several files is released: one that is made in other ways until it passes, or the best.

Door: `repair` (`repair`) and `automatic` (`choose`). `candidates` are what can be tried, and
`search` asks files on pictures that prove none of them. Imports `source`, `conversion`, `release`,
`rejection` and `attempt` beside this room, `diagnosis`, `verification`, `runtimes`, `bundle`,
`datasets` and `converters`.
"""
