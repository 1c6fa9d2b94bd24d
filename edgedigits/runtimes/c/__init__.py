"""Models in C, compiled on this machine and run in a process of their own.

Door: `c_host` (`open_artifact`), and `compiler` for who asks what there is.
"""
