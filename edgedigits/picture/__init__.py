"""A picture: from any photo or drawing to what a model sees, in whole numbers.

Door: `picture` (`read`, `prepare` for one digit, `segment` for several). Behind it, in the order
of the steps: `ink` on its `paper`, `parts`, `segments`, `fit`. The same steps stand in
`web_demo/src/picture*.js`, byte for byte. Imports no other room.
"""
