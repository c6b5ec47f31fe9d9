"""``zhanggui backup`` and ``zhanggui restore``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from zhanggui.foundation.files import operations
from zhanggui.foundation.files.domain.refusal import Refusal

_PASSPHRASE = "ZHANGGUI_PASSPHRASE"  # noqa: S105 -- the name of a variable, not a passphrase

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]


def _passphrase(*, confirm: bool) -> str:
    given = os.environ.get(_PASSPHRASE)
    if given is not None:
        return given
    return str(typer.prompt(_("Passphrase of the keys"), hide_input=True, confirmation_prompt=confirm, err=True))


@contextmanager
def _in_the_readers_language() -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        refusal.args = (_(refusal.text) % refusal.values,)
        raise


def _print(report: Any, as_json: bool, text: str) -> None:
    typer.echo(json.dumps(asdict(report), ensure_ascii=False, default=str) if as_json else text)


def backup_command(
    file: Annotated[Path, typer.Argument(help="File to write, or a folder that gets one with the time in its name.")],
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help=f"Put the keys inside, under a passphrase (asked, or {_PASSPHRASE}).")
    ] = False,
    keep: Annotated[int | None, typer.Option(min=1, help="In a folder: keep only that many backups.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write everything into one backup file. The shop may go on working meanwhile."""
    if keep is not None and not file.is_dir():
        raise typer.BadParameter(_("--keep needs a folder, not a file."))
    passphrase = _passphrase(confirm=True) if with_keys else None
    with _in_the_readers_language():
        done = operations.backup(path=file, passphrase=passphrase)
    removed = operations.prune(folder=file, keep=keep) if keep is not None else []
    lines = [
        _("%(path)s: %(rows)d rows in %(tables)d tables, %(files)d files, %(size).1f MB, %(seconds).1f s")
        % {
            "path": done.path,
            "rows": sum(done.tables.values()),
            "tables": len(done.tables),
            "files": done.files,
            "size": done.size / 1e6,
            "seconds": done.seconds,
        }
    ]
    if not done.keys:
        lines.append(_("The keys are not inside. Without HOME/keys the personal fields cannot be opened: keep a copy."))
    lines += [_("Removed: %(name)s") % {"name": name} for name in removed]
    _print(done, as_json, "\n".join(lines))


def restore_command(
    file: Annotated[Path, typer.Argument(help="The backup file.")],
    force: Annotated[bool, typer.Option("--force", help="Put aside what this home holds.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Prove that the backup can be restored; touch nothing.")
    ] = False,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help=f"Bring the keys back too (passphrase asked, or {_PASSPHRASE}).")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a backup back and prove it: every hash, the rows per table, the audit chain. Stop the server first."""
    passphrase = _passphrase(confirm=False) if with_keys else None
    with _in_the_readers_language():
        done = operations.restore(path=file, force=force, trial=check, passphrase=passphrase)
    lines = [
        (_("The backup of %(time)s holds:") if check else _("The backup of %(time)s is back:"))
        % {"time": f"{done.created_at:%Y-%m-%d %H:%M} UTC"}
        + " "
        + _("%(rows)d rows in %(tables)d tables, %(files)d files, audit log whole up to %(seq)d")
        % {
            "rows": sum(done.tables.values()),
            "tables": len(done.tables),
            "files": done.files,
            "seq": done.audit_records,
        }
    ]
    if done.keys == "missing":
        lines.append(_("The keys of this backup are not here: bring back HOME/keys, or personal fields stay closed."))
    if done.moved_aside:
        lines.append(_("What was here before lies in %(place)s") % {"place": done.moved_aside})
    _print(done, as_json, "\n".join([*lines, *done.notes]))
