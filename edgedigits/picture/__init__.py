"""A picture: from any photo or drawing to what a model sees, in whole numbers.

Doors: `picture` (`read`, `prepare` for one digit, `segment` for several) and `frame` (a photo of
anything at a model's height and width). Behind them, in the order of the steps: `ink` on its
`paper`, `parts`, `segments`, `fit`; and `resample`. `form` says what a model takes. The same steps
stand in `web_demo/src/picture*.js` and, for `c_source` to give, in `c/`, byte for byte. Imports no
other room.
"""
