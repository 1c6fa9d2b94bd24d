"""The `edgedigits` command: reads options, calls one library function, prints what came of it.

Nothing heavy is imported here, so that `--help` and shell completion answer at once.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from functools import cache
from typing import Annotated, Any

import typer

from edgedigits import __version__
from edgedigits.commands import (
    adopt,
    bench,
    demo,
    diagnose,
    diff,
    doctor,
    evaluate,
    export,
    kit,
    plot,
    predict,
    quickstart,
    robustness,
    serve,
    sign,
    sweep,
    verify,
)
from edgedigits.commands.learning import datasets, models, train, weights
from edgedigits.errors import EdgeDigitsError, ExitCode, nearest, of_machine
from edgedigits.foreign_text import visible

DEBUG = "--debug"
READER_GONE = 141
"""What a shell reports of a program that was cut short because nobody reads on (SIGPIPE)."""

app = typer.Typer(
    name="edgedigits",
    help="Train a digit classifier, convert it for phones and browsers, and prove on the real "
    "runtimes that the answers are still the float model's.",
    epilog="Exit codes: 0 done, 1 a budget is broken, 2 wrong use, 3 something the machine lacks, "
    "4 data missing or corrupt, 130 interrupted.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name, command, summary in (
    ("quickstart", quickstart.quickstart, "Train, export and verify once, and set up the page."),
    ("train", train.train, "Train a classifier and write its run."),
    ("sweep", sweep.sweep, "Train and export many variants, and release the best one."),
    ("models", models.models, "List the models that can be trained by name."),
    ("export", export.export, "Convert a model, verify every file, write the bundle."),
    ("adopt", adopt.adopt, "Verify files of another converter as a bundle."),
    ("verify", verify.verify, "Compare a bundle's artifacts with the float model."),
    ("diagnose", diagnose.diagnose, "Say which operation of an artifact makes its error."),
    ("sign", sign.sign, "Sign a bundle, so that others can tell whose it is."),
    ("diff", diff.diff, "Compare a bundle with an older one, as a gate before a release."),
    ("bench", bench.bench, "Measure size, speed and memory, and say which artifact to take."),
    ("evaluate", evaluate.evaluate, "Count a model's mistakes on pictures it has not seen."),
    ("robustness", robustness.robustness, "Measure what distorted pictures cost a model."),
    ("predict", predict.predict, "Say which digits are in each picture."),
    ("serve", serve.serve, "Show a bundle's models in the demo page, on this machine."),
    ("demo", demo.demo, "Write a copy of the page for a web host, or as a single file."),
    ("kit", kit.kit, "Write a model as a folder for Python, C and other platforms."),
    ("plot", plot.plot, "Draw one plot of a run."),
    ("weights", weights.weights, "Write a softmax model's weights as text."),
    ("doctor", doctor.doctor, "Say what works here, and what mends the rest."),
):
    app.command(name, short_help=summary)(command)
app.add_typer(datasets.app, name="datasets", short_help="Say which data sets there are, and where.")


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"edgedigits {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
    debug: Annotated[
        bool, typer.Option(DEBUG, help="Show the stack trace of an error; goes anywhere.")
    ] = False,
) -> None:
    """Both options are dealt with before a command runs."""


def main() -> None:
    """Run the command line and exit with the documented code."""
    # A CI server or `timeout` ends us with SIGTERM: clean up as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    arguments = [word for word in sys.argv[1:] if word != DEBUG]
    debug = len(arguments) < len(sys.argv) - 1 or bool(os.environ.get("EDGEDIGITS_DEBUG"))
    code = run(arguments, debug=debug)
    if code == ExitCode.INTERRUPTED:
        # Threads in the middle of long native work would be waited for; what they hold, such as
        # Node, ends with this process.
        _flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def run(arguments: list[str], *, debug: bool = False) -> int:
    """Run one command; errors become one or two lines and an exit code."""
    try:
        result = _built()(arguments or ["--help"], standalone_mode=False)
        _flush()
    except EdgeDigitsError as error:
        return _fail(error, debug, str(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        print("interrupted", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except (BrokenPipeError, SystemExit) as error:
        # Typer and Rich make an exit with code 1 of it, which would read as a broken budget.
        if not _is_reader_gone(error):
            raise
        _discard_output()
        return READER_GONE
    except (OSError, MemoryError) as error:
        told = of_machine(error)
        return _fail(error, debug, str(told), told.exit_code)
    except Exception as error:
        if hasattr(error, "format_message"):
            text = f"{error.format_message().rstrip('.')}\n{_help_hint(arguments)}"
            return _fail(error, debug, text, ExitCode.WRONG_USE)
        what = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        again = f"this is a fault of edgedigits; see where with: edgedigits {DEBUG} …"
        return _fail(error, debug, f"{what}\n{again}", ExitCode.WRONG_USE)
    if result == ExitCode.INTERRUPTED:
        # Typer takes Ctrl-C for itself and hands back the code alone.
        print("interrupted", file=sys.stderr)
    return int(result) if isinstance(result, int) else ExitCode.DONE


@cache
def _built() -> Any:
    """All commands with their options, which take as long to put together as a quick one to run."""
    return typer.main.get_command(app)


def _flush() -> None:
    """Print what is still held back; a finished command's result stands even if nobody reads it."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()


def _is_reader_gone(error: BaseException | None) -> bool:
    """Whether an error comes of a reader of our output that has gone, as `head` does."""
    while error is not None and not isinstance(error, BrokenPipeError):
        error = error.__context__
    return error is not None


def _discard_output() -> None:
    """Let Python's own last flush go nowhere instead of complaining."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _help_hint(arguments: list[str]) -> str:
    commands = [command.name for command in app.registered_commands if command.name]
    if arguments[:1] and arguments[0] in commands:
        return f"see: edgedigits {arguments[0]} --help"
    near = nearest(arguments[0], commands) if arguments else None
    return f"did you mean: edgedigits {near}" if near else "see: edgedigits --help"


def _fail(error: Exception, debug: bool, text: str, code: int) -> int:
    if debug:
        traceback.print_exception(error)
    print(f"error: {visible(text)}", file=sys.stderr)
    return int(code)
