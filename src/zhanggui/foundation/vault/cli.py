"""``zhanggui vault …``: keys of the encrypted fields."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from zhanggui.foundation.vault import keys, operations
from zhanggui.foundation.vault.contracts import Rotation

app = typer.Typer(no_args_is_help=True, help="Keys of the encrypted fields.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]


@app.command()
def rotate(
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a rotation that was stopped; no new key.")
    ] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Drop the old keys at the end. Backups made before need them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Seal every personal field again with a new key."""

    def show(state: Rotation) -> None:
        if not as_json:
            typer.echo(f"{state.seen} …", err=True)

    done = operations.rotate(new_key=not resume and not keys.from_environment(), forget=forget, progress=show)
    if as_json:
        typer.echo(json.dumps(asdict(done)))
    else:
        typer.echo(
            _("%(count)d values now carry key %(key)s.") % {"count": done.seen, "key": done.key_id}
            + (" " + _("The old keys are gone.") if forget else "")
        )


@app.command()
def status(as_json: AsJson = False) -> None:
    """Which keys are at hand and how many values carry each."""
    at_hand = [key.id.hex() for key in keys.ring().keys]
    found = operations.states()
    if as_json:
        typer.echo(json.dumps({"keys": at_hand, "columns": [asdict(s) for s in found]}))
        return
    typer.echo(f"{_('Keys, the current one first:')} {' '.join(at_hand)}")
    for state in found:
        counts = ", ".join(f"{ident}: {n}" for ident, n in sorted(state.by_key.items())) or "0"
        typer.echo(f"{state.table}.{state.column}  {counts}")
