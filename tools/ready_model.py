"""Put a run's model among those that travel in the package: `python tools/ready_model.py RUN`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from converters import saved_model
from edgedigits import quiet
from edgedigits.bundle import run
from edgedigits.models import ready

MOST_BYTES = 400_000
FACTS = ("model", "parameters", "dataset", "seed", "recipe", "steps", "test", "environment")


def main() -> None:
    """Write the graph and its card, in place of an older one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    found = run.open_run(parser.parse_args().run)
    quiet.import_tensorflow()
    source = saved_model.read(found.saved_model, pixels=784, classes=10)
    content = source.graph_bytes()
    if len(content) > MOST_BYTES:
        raise SystemExit(f"{len(content):,} bytes are more than {MOST_BYTES:,}")
    name = found.card["model"]
    card = {
        "schema_version": ready.CARD_VERSION,
        "sha256": source.digest(),
        "input_name": source.input_name,
        "output_name": source.output_name,
        "input_shape": list(source.input_shape),
        "run": {key: found.card[key] for key in FACTS},
    }
    ready.FOLDER.mkdir(exist_ok=True)
    (ready.FOLDER / f"{name}.pb").write_bytes(content)
    (ready.FOLDER / f"{name}.json").write_text(json.dumps(card, indent=2) + "\n", "utf-8")
    print(f"{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
