"""An export: from a float model to a released bundle, or to none.

Door: `export` (`export`), `adoption` (`adopt`: files of other converters) and `source`
(`open_source`: a run, a SavedModel or a ready-made model, with what was `told` of it).
`preparation` looks at the float model first, `reference` asks it while files are converted,
`choosing` mends what broke its budget or takes the best, `no_digit` fits what is no digit,
`assembly` makes and judges the bundle, `release` puts what passed in place and `rejection` the rest
aside. `documents` are what a bundle says of itself (`model_card`, `bill_of_materials`), and
`recording` adds what was measured later. Imports `diagnosis`, `training`,
`reading`, `verification`, `runtimes`, `models`, `bundle`, `datasets`, `picture`, `converters`.
"""
