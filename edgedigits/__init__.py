"""Train a digit classifier, convert it for phones and browsers, and prove it still answers alike."""

__version__ = "0.1.0"
