"""Models in C, compiled and run in a process of their own: on this machine or an emulated board.

Door: `c_host` and `c_cortex_m` (`open_artifact`), and for who asks what there is, `compiler` and
`board`.
"""
