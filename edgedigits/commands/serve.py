"""`edgedigits serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def serve(
    bundle: Annotated[
        Path | None,
        typer.Argument(metavar="[BUNDLE]", help="Bundle or page to show; the newest bundle."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port to listen on; 8000, or the next free one."),
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; without it this machine alone.")
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the page in the browser.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Print a line a request.")] = False,
) -> None:
    """Show a bundle's models in the demo page, on this machine, until Ctrl-C."""
    from edgedigits.errors import command
    from edgedigits.foreign_text import visible
    from edgedigits.page import demo, serve
    from edgedigits.page.site import Site

    models = demo.open_models(bundle, litert=True)
    site = Site(demo.served_files(bundle, models))
    again = command("serve", *([bundle] if bundle else []))
    address = serve.LOCALHOST if host is None else host
    with serve.listen(site, address, port, verbose=verbose, again=again) as server:
        shown = visible(f"{models.origin} ({', '.join(models.schemes)})")
        typer.echo(f"{server.url}  shows {shown}")
        if port is None and server.port != serve.PORT:
            typer.echo(f"Port {serve.PORT} is taken by another program, hence {server.port}.")
        if not server.is_local:
            typer.echo(
                f"Everyone whose network reaches this machine at {host} can open it; camera and "
                "offline use\nwork on this machine only, as browsers want https for others."
            )
        typer.echo("Ctrl-C ends it.")
        if open_browser:
            _open(server.url)
        server.run()


def _open(url: str) -> None:
    import threading
    import webbrowser

    def show() -> None:
        if not webbrowser.open(url):
            typer.echo(f"No browser could be opened; go to {url}", err=True)

    # A browser in the terminal would hold us up until it is left.
    threading.Thread(target=show, daemon=True).start()
