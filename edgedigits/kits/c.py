"""The kit for C and C++: sources, a Makefile and a CMakeLists.txt."""

from __future__ import annotations

from edgedigits.kits import c_sources, facts
from edgedigits.kits.subject import Subject


def files(subject: Subject) -> dict[str, bytes]:
    """The kit's files by path."""
    return {
        "README.md": facts.readme("c", subject),
        "Makefile": facts.template("c", "Makefile").encode(),
        "CMakeLists.txt": facts.template("c", "CMakeLists.txt").encode(),
        **{f"src/{name}": content for name, content in c_sources.sources(subject).items()},
        "test/selftest.h": facts.template("c", "selftest.h").encode(),
        "test/main.c": facts.template("c", "main.c").encode(),
        "test/golden.h": c_sources.golden(subject),
        "test/photos.h": c_sources.photos(subject, subject.photos),
    }
