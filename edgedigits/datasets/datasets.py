"""Where pictures come from. `load` is the only door.

Importing this package is cheap: NumPy and the rest are imported by the functions that need them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edgedigits.errors import DataBad, WrongUse, nearest

if TYPE_CHECKING:
    from edgedigits.datasets.classes import Wanted
    from edgedigits.datasets.dataset import Dataset
    from edgedigits.picture.form import Form

__all__ = ["check_trainable", "drawn", "known", "load", "local_default"]

_PATH_HINT = (
    "a path is a folder of pictures in a folder for each class, a folder or file of IDX, an .npz, "
    "or a .csv; names are mnist, strokes, letters and small-letters"
)


@dataclass(frozen=True)
class Named:
    """A data set that has a name: `open` takes the options of `load`, of which it heeds `takes`."""

    name: str
    summary: str
    open: Callable[..., Dataset]
    takes: str


def _mnist(data_dir: Path | None, progress: bool, **_: object) -> Dataset:
    from edgedigits.datasets import mnist, mnist_download

    place = mnist.locate(data_dir)
    if place is None:
        place = mnist_download.fetch(mnist.cache_folder(), progress=progress)
    return mnist.read(place)


def _drawn(name: str) -> Callable[..., Dataset]:
    def draw(seed: int, samples: int | None, later: bool, **_: object) -> Dataset:
        from edgedigits.datasets.strokes import alphabets, drawing

        signs = alphabets.DRAWINGS[name]
        return signs.load(drawing.SAMPLES if samples is None else samples, seed, later=later)

    return draw


_SAMPLES = "samples"
NAMED: dict[str, Named] = {
    named.name: named
    for named in (
        Named(
            "mnist",
            "70,000 handwritten digits; found with --data-dir, in EDGEDIGITS_DATA or in the cache, "
            "else downloaded once (11 MB)",
            _mnist,
            takes="data_dir",
        ),
        Named(
            "strokes",
            "digits drawn by edgedigits itself from pen strokes: no download, any number, the same "
            "for the same seed",
            _drawn("strokes"),
            takes=_SAMPLES,
        ),
        Named(
            "letters",
            "the letters A to Z, drawn like strokes",
            _drawn("letters"),
            takes=_SAMPLES,
        ),
        Named(
            "small-letters",
            "the letters a to z, drawn like strokes",
            _drawn("small-letters"),
            takes=_SAMPLES,
        ),
    )
}


def known() -> dict[str, str]:
    """The data sets that have a name, each with one line of what it is."""
    return {named.name: named.summary for named in NAMED.values()}


def drawn() -> list[str]:
    """The names of the data sets that edgedigits draws, any number of pictures of each."""
    return [named.name for named in NAMED.values() if named.takes == _SAMPLES]


def load(
    name_or_path: str | Path,
    *,
    data_dir: Path | None = None,
    seed: int = 0,
    samples: int | None = None,
    progress: bool = True,
    form: Form | None = None,
    classes: Wanted = None,
    test_alone: bool = False,
) -> Dataset:
    """The data set of a name (see `known`) or a path.

    A path is a folder of pictures in folders by class, a folder with IDX files, or an `.npz`,
    `.csv`, `.csv.gz` or IDX file, or a folder or URL of shards. A name goes before a path: write
    `./mnist` for a folder of that name.

    Args:
        name_or_path: which.
        data_dir: for `mnist`, the folder that holds it.
        seed: for a set that is drawn what is drawn, for a path how it is divided into splits;
            `mnist` is always divided in the same way.
        samples: for a set that is drawn, how many training pictures.
        progress: whether a download may show its progress on a terminal.
        form: what the pictures are to be; digits unless told.
        classes: what the labels are to be places in, or how many; by the pictures themselves
            unless told.
        test_alone: whether test pictures will do: shards have no others, and of a set that is drawn
            the others are not drawn for it.

    Raises:
        WrongUse: for an unknown name, or an option that this data set does not have.
        DataBad: when pictures are missing, changed or corrupt.
    """
    name = str(name_or_path)
    named = NAMED.get(name)
    takes = named.takes if named is not None else None
    if data_dir is not None and takes != "data_dir":
        raise WrongUse(
            f"a data folder belongs to mnist, not to {name}",
            f"leave --data-dir out; for your own pictures: --dataset {data_dir}",
        )
    if samples is not None and takes != _SAMPLES:
        raise WrongUse(
            f"a number of samples belongs to {', '.join(drawn())}, not to {name}",
            "leave --samples out",
        )
    if named is not None:
        options = {"data_dir": data_dir, "seed": seed, "samples": samples, "progress": progress}
        signs = named.open(**options, later=test_alone)
        return _in_form(signs, form, classes)
    from edgedigits.datasets.shards import shards
    from edgedigits.datasets.shards.store import is_url
    from edgedigits.picture.form import DIGIT

    path = Path(name).expanduser()
    # Workers on Ray stand in another folder.
    place = name if is_url(name) else str(path.absolute())
    if not shards.holds(place):
        return _load_path(path, seed, form, classes)
    if not test_alone:
        raise WrongUse(
            f"{name}: shards are for verify and evaluate, nothing is learnt from them",
            "name the data set that they were made of",
        )
    return shards.load(place, form or DIGIT, classes)


def local_default(data_dir: Path | None = None) -> str:
    """The data set to take where none is named: `mnist` if it is on this machine, else `strokes`.

    Raises:
        DataBad: when a folder was named, by argument or environment, and MNIST is not in it.
    """
    from edgedigits.datasets import mnist

    return "mnist" if mnist.locate(data_dir) is not None else "strokes"


def _in_form(dataset: Dataset, form: Form | None, classes: Wanted) -> Dataset:
    """Handwritten signs for a model that takes other pictures, or names its classes otherwise."""
    from dataclasses import replace

    import numpy as np

    from edgedigits.datasets import arrays
    from edgedigits.datasets import classes as naming
    from edgedigits.datasets.dataset import Split
    from edgedigits.datasets.made import Made
    from edgedigits.picture.form import DIGIT

    def changed(split: Split) -> Split:
        images = split.images
        if form is not None and form != DIGIT and isinstance(images, Made):
            images = images.each(lambda image: arrays.fitted(image, form), form.shape)
        elif form is not None and form != DIGIT:
            some = [arrays.fitted(image, form) for image in images]
            images = np.stack(some) if some else np.empty((0, *form.shape), np.uint8)
        as_asked = Split(images, split.labels, split.classes)
        naming.meant(split.classes, classes, dataset.name)
        if not isinstance(classes, tuple):
            return as_asked
        return naming.renamed(as_asked, classes, dataset.name)

    more = dataset.more
    same = form in (None, DIGIT) and (not isinstance(classes, tuple) or classes == dataset.classes)
    return replace(
        dataset,
        # Other pixels or labels have a fingerprint of their own.
        said=dataset.said if same else None,
        train=changed(dataset.train),
        validation=changed(dataset.validation),
        test=changed(dataset.test),
        more=None if more is None else lambda count: changed(more(count)),
    )


def _load_path(path: Path, seed: int, form: Form | None, classes: Wanted) -> Dataset:
    from edgedigits.picture.form import DIGIT

    form = form or DIGIT
    if path.is_dir():
        return _load_folder(path, seed, form, classes)
    if not path.is_file():
        raise _nothing_there(path)
    name = path.name.lower()
    if name.endswith(".npz"):
        from edgedigits.datasets import npz

        return npz.load(path, seed, form, classes)
    if name.removesuffix(".gz").endswith((".csv", ".tsv", ".txt")):
        from edgedigits.datasets import csv_file

        return _in_form(csv_file.load(path, seed, form, classes), form, classes)

    from edgedigits.datasets import idx

    if idx.is_images_name(name):
        return _in_form(idx.load(path, seed), form, classes)
    raise DataBad(f"{path}: no kind of data set that is known here", _PATH_HINT)


def _load_folder(path: Path, seed: int, form: Form, classes: Wanted) -> Dataset:
    from edgedigits.datasets import folder, idx
    from edgedigits.picture.form import DIGIT

    if form != DIGIT and not idx.find_pairs(path):
        return folder.load(path, seed, form, classes)

    pairs, digits = idx.find_pairs(path), folder.digit_folders(path)
    if pairs and digits:
        raise DataBad(
            f"{path}: holds both IDX files and folders of digits, unclear which is meant",
            f"name one file of pictures: --dataset {pairs[0].images}",
        )
    if pairs:
        return _in_form(idx.load(path, seed), form, classes)
    if digits or folder.class_folders(path):
        return _in_form(folder.load(path, seed, wanted=classes), form, classes)
    raise DataBad(
        f"{path}: holds no folders of pictures, one for each class, and no IDX files", _PATH_HINT
    )


def _nothing_there(path: Path) -> DataBad | WrongUse:
    name = str(path)
    if path.suffix or len(path.parts) != 1:
        return DataBad(f"{path}: there is nothing there", _PATH_HINT)
    near = nearest(name.lower(), list(known()))
    asked = f"did you mean --dataset {near}?" if near else _PATH_HINT
    return WrongUse(f"{name}: no data set of that name, and no file or folder", asked)


def check_trainable(dataset: Dataset) -> None:
    """See `edgedigits.datasets.splits.check_trainable`."""
    from edgedigits.datasets import splits

    splits.check_trainable(dataset)
