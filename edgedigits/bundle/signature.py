"""Whose a bundle is: `model.sig`, a signature in the format of the OpenSSF's Model Signing.

The manifest's digests say that files belong together, and anybody can compute them again. A
signature is made with a private key (elliptic curve, PEM) and checked with the public one. It
covers every file that is there when it is made, but for itself, rejected artifacts, and what file
managers and version control leave. The library `model-signing` makes and checks it; it is imported
when one is asked for.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from edgedigits import json_file
from edgedigits.bundle import bundle, publishing
from edgedigits.errors import DataBad, MachineLacks, WrongUse, command

LEFT_BY_OTHERS = (".ds_store", "thumbs.db", "desktop.ini", ".gitattributes", ".gitignore")
"""What file managers and version control put into a folder of their own accord."""
GIT = ".git"
GOOD, NOT_CHECKED, UNSIGNED = "good", "not checked", "unsigned"
MOST_KEY_BYTES = 100_000
_NEW_KEY = "make one: openssl ecparam -name prime256v1 -genkey -noout -out key.pem"
_PUBLIC_HALF = "take it out of the private one: openssl ec -in key.pem -pubout -out key.pub"
_FROM_OWNER = "get the bundle, or the public key, from its owner again"


@dataclass(frozen=True)
class Signed:
    """What a good signature says: how many files it covers, and the SHA-256 of the public key as
    PEM, by which people can compare keys."""

    files: int
    key_sha256: str


def is_signed(folder: Path) -> bool:
    """Whether there is a signature, good or bad."""
    return (folder / bundle.SIGNATURE).is_file()


def state(folder: Path, checked: Signed | None) -> str:
    """What is known of a bundle's signature in a word or two; `checked` is what `check` found."""
    if checked is not None:
        return GOOD
    return NOT_CHECKED if is_signed(folder) else UNSIGNED


def sign(folder: Path, key: Path, password: str | None = None) -> Signed:
    """Sign a bundle, in place of a signature that it has.

    Args:
        folder: of the bundle, whose files were compared with its manifest.
        key: PEM file of a private key.
        password: of the key, where it is encrypted.

    Raises:
        WrongUse: the file holds no such key, or the bundle cannot be written to.
        MachineLacks: `model-signing` is not installed, or the disk is full.
    """
    with _library():
        from model_signing import hashing, signing
    # The library's types say that a password is text, and its code wants bytes.
    secret: Any = None if password is None else password.encode()
    public = _public_half(key, secret)
    with _taking(key, "private"):
        signer = signing.Config().use_elliptic_key_signer(private_key=key, password=secret)
    left = [name for name in _names(folder) if _is_left_by_others(PurePosixPath(name))]
    ignored = [bundle.SIGNATURE, bundle.REJECTED, *left]
    signer.set_hashing_config(hashing.Config().set_ignored_paths(paths=ignored))
    path, beside = folder / bundle.SIGNATURE, folder.resolve()
    # Not inside: a file that a killed process leaves there would be a stranger in the bundle.
    partial = publishing.hidden(beside, "signature")
    with (
        publishing.told_plainly(path, "sign a copy of the bundle"),
        publishing.lock(beside),
        tempfile.NamedTemporaryFile(suffix=".pub") as half,
    ):
        half.write(public)
        half.flush()
        try:
            signer.sign(folder, partial)
            signed = _hold(folder, partial, Path(half.name))
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    return signed


def check(folder: Path, key: Path) -> Signed:
    """Hold a bundle against its signature: to be done before anything in it is believed.

    Args:
        folder: of the bundle.
        key: PEM file of the public key of whoever it must be from.

    Raises:
        DataBad: it is not signed, or not with this key, or a file is not what was signed, or was
            not signed at all.
        WrongUse: the file holds no such key.
        MachineLacks: `model-signing` is not installed.
    """
    _check_pem(key, "public")
    path = folder / bundle.SIGNATURE
    if not path.is_file():
        remedy = command("sign", folder, "--key", "key.pem")
        raise DataBad(f"{folder} is not signed: it has no {bundle.SIGNATURE}", f"sign it: {remedy}")
    return _hold(folder, path, key)


def _hold(folder: Path, path: Path, key: Path) -> Signed:
    """Hold a folder against the signature at a path."""
    with _library():
        from model_signing import verifying
    with _taking(key, "public"):
        verifier = verifying.Config().use_elliptic_key_verifier(public_key=key)
    # What came later is looked at below: reports may.
    verifier.set_ignore_unsigned_files(True)
    try:
        covered = _covered(path)
        with contextlib.redirect_stdout(io.StringIO()):
            verifier.verify(folder, path)
    except Exception as error:
        # A forged file makes libraries raise anything at all.
        raise DataBad(f"{folder} is refused: {_reason(error, key)}", _FROM_OWNER) from error
    needed = {bundle.MANIFEST, *(file.path for file in bundle.read_manifest(folder).files())}
    if missed := sorted(needed - covered):
        raise DataBad(f"{folder} is refused: its signature leaves out {missed[0]}", _FROM_OWNER)
    for name in _names(folder):
        if name not in covered and not _may_come_later(folder / name, PurePosixPath(name)):
            raise DataBad(
                f"{folder} is refused: it holds {name!r}, which was not signed",
                f"move it elsewhere (reports of yours: into {bundle.REPORTS})",
            )
    return Signed(len(covered), hashlib.sha256(key.read_bytes()).hexdigest())


def _covered(path: Path) -> set[str]:
    """The files that a signature is about, whoever made it."""
    content = json_file.read(path)
    payload = json.loads(base64.b64decode(content["dsseEnvelope"]["payload"], validate=True))
    if "publicKey" not in content["verificationMaterial"]:
        raise ValueError("it was signed without a key; check it with the program model_signing")
    return {each["name"] for each in payload["predicate"]["resources"]}


def _reason(error: Exception, key: Path) -> str:
    """Why the library refuses a signature, in our words."""
    said = " ".join(str(error).split())
    if type(error).__name__ == "InvalidSignature" or said.startswith("Key mismatch"):
        return f"it was not signed with the key of {key}"
    # A list's quotes are escaped where a digest in it has some.
    if changed := re.search(r"Hash mismatch for \\?'(.+?)\\?': Expected ", said):
        return f"{changed[1]} is not what was signed"
    if missing := re.match(r"Cannot use '(.+)' (?:as file|because)", said):
        return f"{missing[1]} is missing or no plain file, but was signed"
    return f"{bundle.SIGNATURE} is damaged: {said[:200] or type(error).__name__}"


def _names(folder: Path) -> list[str]:
    """Every file in a folder, and every link of any kind."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    )


def _is_left_by_others(path: PurePosixPath) -> bool:
    return path.name.lower() in LEFT_BY_OTHERS or path.parts[0] == GIT


def _may_come_later(place: Path, path: PurePosixPath) -> bool:
    """Whether a file may lie in a signed bundle without being signed: nothing of it is run."""
    beside = path.parts[0] == bundle.REPORTS or bundle.is_rejected(str(path))
    known = str(path) == bundle.SIGNATURE or beside or _is_left_by_others(path)
    return known and not place.is_symlink()


def _public_half(key: Path, secret: bytes | None) -> bytes:
    """The public key of a private one, as PEM."""
    from cryptography.hazmat.primitives import serialization

    _check_pem(key, "private")
    with _taking(key, "private"):
        public = serialization.load_pem_private_key(key.read_bytes(), secret).public_key()
        return public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


def _check_pem(key: Path, kind: str) -> None:
    """Refuse what is plainly no key of a kind, `private` or `public`."""
    remedy = _NEW_KEY if kind == "private" else _PUBLIC_HALF
    if not key.is_file():
        raise WrongUse(f"there is no key {key}", remedy)
    try:
        content = json_file.read_bytes(key, MOST_KEY_BYTES)
    except ValueError as error:
        raise WrongUse(f"{key} is no key: {error}", remedy) from error
    other = "public" if kind == "private" else "private"
    if f"{kind.upper()} KEY-----".encode() not in content:
        held = f"a {other} key" if f"{other.upper()} KEY-----".encode() in content else "no key"
        raise WrongUse(f"{key} holds {held}, and a {kind} one in PEM is asked for", remedy)


@contextlib.contextmanager
def _taking(key: Path, kind: str) -> Iterator[None]:
    """For the reading of a key by the library: what it does not take is told plainly."""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        yield
    except (ValueError, TypeError, AttributeError, UnsupportedAlgorithm) as error:
        if "assword" in str(error):
            raise WrongUse(
                f"{key} is encrypted, or its password is another one",
                "set its password, and only where it has one: EDGEDIGITS_KEY_PASSWORD",
            ) from error
        wanted = f"no {kind} key on the elliptic curve P-256, P-384 or P-521"
        remedy = _NEW_KEY if kind == "private" else _PUBLIC_HALF
        raise WrongUse(f"{key} holds {wanted}", remedy) from error


@contextlib.contextmanager
def _library() -> Iterator[None]:
    """For its import."""
    try:
        yield
    except ImportError as error:
        raise MachineLacks(
            f"signatures need the library model-signing, which is not here ({error.name})",
            "install it: pip install 'edgedigits[sign]'",
        ) from error
