"""The kit for C and C++ on LiteRT: sources around the C interface of its library, a Makefile."""

from __future__ import annotations

import numpy as np

from edgedigits.kits import c_sources, facts
from edgedigits.kits.subject import Subject
from edgedigits.picture.c_source import c_source

PICTURES = 8
"""Of the golden ones: each takes space in `golden.h`."""


def files(subject: Subject) -> dict[str, bytes]:
    """The kit's files by path.

    Raises:
        WrongUse: the artifact takes or gives numbers that the C does not know.
    """
    (model,) = subject.artifact.files
    pictures = c_source(subject.artifact.pixels.form)
    return {
        "README.md": facts.readme("litert_c", subject),
        "Makefile": facts.template("litert_c", "Makefile").encode(),
        "model.tflite": subject.content(model.path),
        "src/litert.h": facts.template("litert_c", "litert.h").encode(),
        **{f"src/{name}": text.encode() for name, text in pictures.items()},
        **{
            f"src/{name}": content
            for name, content in c_sources.classifier(subject, "litert_c").items()
        },
        "test/main.c": facts.template("litert_c", "main.c").encode(),
        "test/golden.h": _golden(subject).encode(),
        "test/photos.h": c_sources.photos(subject, subject.photos, with_stored=False),
    }


def _golden(subject: Subject) -> str:
    """`golden.h`: pictures, and the float model's probabilities."""
    images, probabilities = subject.images[:PICTURES], subject.probabilities[:PICTURES]
    return "\n".join(
        [
            "/* Pictures, and the float model's probabilities. For the self-test alone.",
            "   SPDX-License-Identifier: Apache-2.0 */",
            "#ifndef GOLDEN_H",
            "#define GOLDEN_H",
            "",
            "#include <stdint.h>",
            "",
            f"#define GOLDEN_COUNT {len(images)}",
            f"#define GOLDEN_ALLOWED {subject.allowed()!r} /* difference of a probability */",
            "",
            c_sources.array("golden_pictures", images),
            "",
            c_sources.array("golden_probabilities", probabilities.astype(np.float32)),
            "",
            "#endif",
            "",
        ]
    )
