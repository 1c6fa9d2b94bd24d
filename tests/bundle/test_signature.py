"""A signature says whose a bundle is; digests that were computed again do not."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import tampering
from command_line import Command
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from edgedigits.bundle import bundle, publishing, signature
from edgedigits.errors import DataBad, ExitCode, MachineLacks

PEM = serialization.Encoding.PEM
HUSH = "hush"


def write_keys(home: Path, name: str, key: PrivateKeyTypes, password: str | None = None) -> None:
    """`NAME.pem` and `NAME.pub`."""
    kept: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password is not None:
        kept = serialization.BestAvailableEncryption(password.encode())
    private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, kept)
    (home / f"{name}.pem").write_bytes(private)
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    (home / f"{name}.pub").write_bytes(key.public_key().public_bytes(PEM, spki))


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of keys: `owner` and `other` as they should be, and some that will not do."""
    home = tmp_path_factory.mktemp("keys")
    owner = ec.generate_private_key(ec.SECP256R1())
    write_keys(home, "owner", owner)
    write_keys(home, "locked", owner, HUSH)
    write_keys(home, "other", ec.generate_private_key(ec.SECP384R1()))
    write_keys(home, "rsa", rsa.generate_private_key(65537, 2048))
    write_keys(home, "koblitz", ec.generate_private_key(ec.SECP256K1()))
    (home / "noise").write_bytes(bytes(range(256)))
    (home / "huge").write_bytes(bytes(1_000_000))
    return home


@pytest.fixture
def signed(nano_bundle: Path, keys: Path, tmp_path: Path) -> Path:
    """A copy of `nano_bundle` that its owner signed."""
    shutil.copytree(nano_bundle, tmp_path / "bundle")
    signature.sign(tmp_path / "bundle", keys / "owner.pem")
    return tmp_path / "bundle"


def test_a_good_signature_is_accepted_and_said(
    signed: Path, keys: Path, pictures: Path, command: Command
) -> None:
    few = ("--limit", "50", "--max-drop", "9", "--min-agreement", "90", "--allow-inconclusive")
    options = ("--dataset", pictures, *few)
    reports = ("--json", "reports/found.json", "--runtime", "litert")
    key = ("--key", keys / "owner.pub")
    done = command("verify", ".", *options, *reports, *key, cwd=signed)
    assert done.code == ExitCode.DONE, done.err
    assert "signature: good" in done.out
    assert json.loads((signed / "reports" / "found.json").read_text())["signature"] == "good"
    # That report, too, came after the signature.
    assert signature.check(signed, keys / "owner.pub").files == 9


def test_any_program_of_the_format_can_check_it(signed: Path, keys: Path) -> None:
    from model_signing import verifying

    verifier = verifying.Config().use_elliptic_key_verifier(public_key=keys / "owner.pub")
    verifier.verify(signed, signed / "model.sig")


@dataclass(frozen=True)
class Forgery:
    """What is done to a signed bundle (given with the folder of keys), and what is said of it."""

    name: str
    do: Callable[[Path, Path], object]
    says: str
    key: str = "owner.pub"


def reseal(folder: Path, keys: Path) -> None:
    """Other weights, with every size and digest of the manifest computed again."""
    del keys
    content = tampering.manifest(folder)
    path = folder / tampering.entry(content, "tflite-int8")["files"][0]["path"]
    tampering.patch(path, tampering.zero_weights)
    (folder / "README.md").write_text("As good as ever.\n")
    tampering.seal(folder, content)
    bundle.read(folder)


def another_bundle(folder: Path, keys: Path) -> None:
    """The signature of another bundle of the same owner."""
    other = folder.parent / "other"
    shutil.copytree(folder, other)
    tampering.seal(other, tampering.manifest(other), keep="tflite-float32")
    signature.sign(other, keys / "owner.pem")
    shutil.copy(other / "model.sig", folder / "model.sig")


def of_a_part(folder: Path, keys: Path) -> None:
    """The owner's signature of all but the manifest, made with another program."""
    from model_signing import hashing, signing

    config = hashing.Config().set_ignored_paths(paths=["model.sig", "manifest.json"])
    signer = signing.Config().use_elliptic_key_signer(private_key=keys / "owner.pem")
    signer.set_hashing_config(config).sign(folder, folder / "model.sig")


def without_hint(folder: Path, keys: Path) -> None:
    """Somebody else's signature, which does not say which key it is of."""
    signature.sign(folder, keys / "other.pem")
    content = json.loads((folder / "model.sig").read_text())
    del content["verificationMaterial"]["publicKey"]["hint"]
    (folder / "model.sig").write_text(json.dumps(content))


def keyless(folder: Path, keys: Path) -> None:
    del keys
    content = json.loads((folder / "model.sig").read_text())
    content["verificationMaterial"] = {"certificate": {"rawBytes": ""}}
    (folder / "model.sig").write_text(json.dumps(content))


def changed(name: str) -> Callable[[Path, Path], object]:
    return lambda folder, _: (folder / name).write_bytes((folder / name).read_bytes() + b" ")


def added(name: str) -> Callable[[Path, Path], object]:
    return lambda folder, _: (folder / name).write_text("more")


FORGERIES = [
    Forgery("wrong key", lambda *_: None, "was not signed with the key of", "other.pub"),
    Forgery("a key left unsaid", without_hint, "was not signed with the key of"),
    Forgery("changed file", changed("tflite/model-int8.tflite"), "model-int8.tflite is not what"),
    Forgery("changed card", changed("README.md"), "README.md is not what was signed"),
    Forgery("changed manifest", changed("manifest.json"), "manifest.json is not what was signed"),
    Forgery("all sealed again", reseal, "is not what was signed"),
    Forgery("another bundle's", another_bundle, "is not what was signed"),
    Forgery("of a part", of_a_part, "its signature leaves out manifest.json"),
    Forgery("file gone", lambda b, _: (b / "golden.npz").unlink(), "golden.npz is missing"),
    Forgery("file more", added("MODEL_CARD.md"), "'MODEL_CARD.md', which was not signed"),
    Forgery(
        "link more", lambda b, _: (b / "reports/x").symlink_to("/etc"), "'reports/x', which was not"
    ),
    Forgery("none", lambda b, _: (b / "model.sig").unlink(), "bundle is not signed"),
    Forgery("noise", lambda b, _: (b / "model.sig").write_bytes(bytes(99)), "model.sig is damaged"),
    Forgery("no object", lambda b, _: (b / "model.sig").write_text("[]"), "model.sig is damaged"),
    Forgery("without a key", keyless, "it was signed without a key"),
]


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.name)
def test_whatever_else_is_refused_before_anything_runs(
    forgery: Forgery,
    signed: Path,
    keys: Path,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (signed / "reports").mkdir(exist_ok=True)
    forgery.do(signed, keys)
    monkeypatch.setattr(bundle, "read", lambda _: pytest.fail("the bundle was opened"))
    done = command("verify", "bundle", "--key", keys / forgery.key, cwd=signed.parent)
    assert done.code == ExitCode.DATA_BAD
    assert forgery.says in done.error[0], done.err
    assert len(done.error) == 2
    assert done.out == ""


def test_what_comes_after_a_signature_has_its_places(signed: Path, keys: Path) -> None:
    for name in ("reports/bench.json", "rejected/tflite-int4/reasons.json", ".DS_Store"):
        (signed / name).parent.mkdir(parents=True, exist_ok=True)
        (signed / name).write_text("{}")
    signature.check(signed, keys / "owner.pub")
    signature.sign(signed, keys / "owner.pem")
    shutil.rmtree(signed / "rejected")
    signature.check(signed, keys / "owner.pub")
    (signed / "reports" / "bench.json").write_text("[]")
    with pytest.raises(DataBad, match=r"reports/bench.json is not what was signed"):
        signature.check(signed, keys / "owner.pub")


def test_without_a_key_it_is_said_that_none_was_checked(signed: Path) -> None:
    assert signature.state(signed, None) == "not checked"
    (signed / "model.sig").unlink()
    assert signature.state(signed, None) == "unsigned"


def test_signing_again_replaces_whole_or_not_at_all(
    signed: Path, keys: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = command("sign", "bundle", "--key", keys / "other.pem", cwd=signed.parent)
    assert done.code == ExitCode.DONE, done.err
    assert "bundle/model.sig covers 9 files" in done.out
    assert "not verified when it was made" in done.out
    signature.check(signed, keys / "other.pub")
    before = (signed / "model.sig").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(signature, "_hold", full)
    done = command("sign", "bundle", "--key", keys / "owner.pem", cwd=signed.parent)
    assert done.code == ExitCode.MACHINE_LACKS
    assert (signed / "model.sig").read_bytes() == before
    assert not publishing.hidden(signed, "signature").exists()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nothing.pem", "there is no key"),
        ("owner.pub", "holds a public key, and a private one"),
        ("noise", "holds no key"),
        ("huge", "larger than"),
        ("rsa.pem", "no private key on the elliptic curve"),
        ("koblitz.pem", "no private key on the elliptic curve"),
        ("locked.pem", "is encrypted, or its password is another one"),
    ],
)
def test_a_key_that_will_not_do_is_wrong_use(
    name: str, says: str, signed: Path, keys: Path, command: Command
) -> None:
    done = command("sign", "bundle", "--key", keys / name, cwd=signed.parent)
    assert done.code == ExitCode.WRONG_USE
    assert says in done.error[0]
    assert len(done.error) == 2


@pytest.mark.parametrize("name", ["owner.pem", "rsa.pub", "noise"])
def test_a_public_key_that_will_not_do_is_wrong_use(
    name: str, signed: Path, keys: Path, command: Command
) -> None:
    done = command("verify", "bundle", "--key", keys / name, cwd=signed.parent)
    assert done.code == ExitCode.WRONG_USE
    assert len(done.error) == 2


def test_the_password_of_a_key_comes_from_the_environment(
    signed: Path, keys: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGEDIGITS_KEY_PASSWORD", HUSH)
    done = command("sign", "bundle", "--key", keys / "locked.pem", cwd=signed.parent)
    assert done.code == ExitCode.DONE, done.err
    signature.check(signed, keys / "owner.pub")


def test_a_bundle_that_was_changed_is_not_signed(
    signed: Path, keys: Path, command: Command
) -> None:
    with (signed / "README.md").open("a") as card:
        card.write("A word more.\n")
    done = command("sign", "bundle", "--key", keys / "owner.pem", cwd=signed.parent)
    assert done.code == ExitCode.DATA_BAD
    assert "README.md was changed" in done.error[0]


def test_without_the_library_its_installation_is_named(
    signed: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "model_signing", None)
    with pytest.raises(MachineLacks, match=r"edgedigits\[sign\]"):
        signature.check(signed, keys / "owner.pub")
