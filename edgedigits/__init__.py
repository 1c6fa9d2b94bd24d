"""Train a digit classifier, convert it for phones and browsers, and prove its answers unchanged."""

__version__ = "0.1.0"
