"""Train a digit classifier, convert it for phones and browsers, and prove the answers stay the same."""

__version__ = "0.1.0"
