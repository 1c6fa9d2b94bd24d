"""The kit for Arduino: the C sources as a library folder, with the self-test as an example."""

from __future__ import annotations

from edgedigits.kits import c_sources, facts
from edgedigits.kits.subject import Subject

EXAMPLE = "examples/SelfTest"
PHOTOS = 1
"""Of the examples: each takes flash."""


def files(subject: Subject) -> dict[str, bytes]:
    """The kit's files by path."""
    return {
        "README.md": facts.readme("arduino", subject),
        "library.properties": facts.template("arduino", "library.properties").encode(),
        **{f"src/{name}": content for name, content in c_sources.sources(subject).items()},
        "src/EdgeDigitsModel.h": facts.template("arduino", "EdgeDigitsModel.h").encode(),
        f"{EXAMPLE}/SelfTest.ino": facts.template("arduino", "SelfTest.ino").encode(),
        f"{EXAMPLE}/selftest.h": facts.template("c", "selftest.h").encode(),
        f"{EXAMPLE}/golden.h": c_sources.golden(subject),
        f"{EXAMPLE}/photos.h": c_sources.photos(subject, subject.photos[:PHOTOS]),
    }
