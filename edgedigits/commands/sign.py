"""`edgedigits sign`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from edgedigits.errors import ExitCode, command
from edgedigits.foreign_text import visible

PASSWORD = "EDGEDIGITS_KEY_PASSWORD"


def sign(
    folder: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Folder of the bundle.")],
    key: Annotated[
        Path, typer.Option(metavar="PEM", help="File of the private key, on an elliptic curve.")
    ],
) -> int:
    """Sign a bundle, so that others can tell whose it is: edgedigits verify BUNDLE --key PUBLIC.

    The signature, model.sig in the bundle, is one of the OpenSSF's Model Signing. The password of
    an encrypted key is taken from EDGEDIGITS_KEY_PASSWORD.
    """
    from edgedigits.bundle import bundle, signature
    from edgedigits.verification import promises

    opened = bundle.read(folder)
    promises.check(opened)
    signed = signature.sign(folder, key, os.environ.get(PASSWORD))
    path = visible(str(folder / bundle.SIGNATURE))
    typer.echo(f"{path} covers {signed.files} files; the key's SHA-256 is {signed.key_sha256}")
    if not opened.manifest.verified:
        typer.echo(f"not verified when it was made; do it with: {command('verify', folder)}")
    return ExitCode.DONE
