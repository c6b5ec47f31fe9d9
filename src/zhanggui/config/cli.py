"""The ``zhanggui`` command: one table of names, each loaded only when it is called.

``zhanggui --help`` imports neither Django nor any room. A room that fails to import breaks its own command only.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TextIO, TypeVar

import typer
from typer.core import TyperGroup

from zhanggui.config.language import gettext as _
from zhanggui.config.language import speak_to_typer
from zhanggui.config.output import CommandFailed

if TYPE_CHECKING:
    from typer._click import Command, Context

P = ParamSpec("P")
R = TypeVar("R")

#: What a command needs before its module is imported: nothing, Django, or a home that exists and is up to date.
Needs = Literal["nothing", "django", "home"]


@dataclass(frozen=True)
class Entry:
    """Where a command lives (``module:attribute``, a function or a Typer app) and what it needs first."""

    target: str
    help: str
    needs: Needs = "home"


def commands() -> dict[str, Entry]:
    """Every command by name, in the order of ``--help``. A function: the texts follow the user's language."""
    own = "zhanggui.config.commands"
    return {
        "init": Entry(f"{own}:init", _("Make the home: keys, database, owner and the demo shop."), "nothing"),
        "serve": Entry(f"{own}:serve", _("Start the web pages and the background worker together.")),
        "worker": Entry(f"{own}:worker", _("Start a background worker alone.")),
        "import": Entry("zhanggui.processes.cli:import_command", _("Take in export files of any channel.")),
        "export": Entry(
            "zhanggui.processes.cli:export_command", _("Write orders, refunds, money, visitors or adverts.")
        ),
        "sample": Entry(
            "zhanggui.trade.channels.sample.cli:sample_command",
            _("Write made-up export files of every channel."),
            "django",
        ),
        "explain": Entry(
            "zhanggui.insight.decomposition.cli:explain_command",
            _("Say what moved the paid amount between two periods: visitors, conversion, value, mix."),
        ),
        "explain-file": Entry(
            "zhanggui.insight.decomposition.cli:explain_file_command",
            _("Say what moved an amount: traffic, conversion, value, mix."),
            "django",
        ),
        "anomalies": Entry(
            "zhanggui.insight.anomalies.cli:anomalies_command",
            _("Find the unusual values of a daily or hourly series."),
            "django",
        ),
        "check-text": Entry(
            "zhanggui.law.claims.cli:check_text_command", _("Check texts against advertising and price law.")
        ),
        "stock": Entry(
            "zhanggui.processes.stock.cli:app", _("Stock: show, receive, count, verify, promise, share out.")
        ),
        "purchasing": Entry(
            "zhanggui.supply.purchasing.cli:app", _("Suppliers, purchase orders, receipts, and what to order.")
        ),
        "stock-formula": Entry(
            "zhanggui.supply.purchasing.cli:formulas_app",
            _("Textbook stock formulas: order quantity, reorder point, safety stock and more."),
            "django",
        ),
        "price": Entry(
            "zhanggui.goods.promotions.cli:price_command",
            _("Price a basket under promotions, and its returns."),
            "django",
        ),
        "simulate": Entry(
            "zhanggui.processes.simulating.cli:simulate_command", _("Replay real orders under a draft campaign.")
        ),
        "measure": Entry(
            "zhanggui.insight.metrics.cli:measure_command", _("Measure any number by shop, channel, day and more.")
        ),
        "metrics": Entry(
            "zhanggui.insight.metrics.cli:metrics_command",
            _("The metric dictionary: what each number means."),
            "django",
        ),
        "report": Entry(
            "zhanggui.insight.reports.cli:report_command",
            _("Write a daily, weekly or monthly report: page, Markdown, sheets or PDF."),
        ),
        "today": Entry("zhanggui.desk.cli:today_command", _("What to do today, ranked by deadline and money.")),
        "proposals": Entry("zhanggui.desk.cli:app_proposals", _("List, approve, carry out and take back proposals.")),
        "forecast": Entry(
            "zhanggui.insight.forecasting.cli:forecast_command",
            _("Forecast any table of series: mean, quantiles, the method chosen by its past."),
            "django",
        ),
        "goods": Entry(
            "zhanggui.processes.goods.cli:app", _("The product library: list, goods files, matching, stages.")
        ),
        "check-price": Entry(
            "zhanggui.processes.goods.cli:check_price_command", _("Ask the price guard about a new price.")
        ),
        "shop": Entry("zhanggui.foundation.accounts.cli:app_shop", _("List, add and change shops.")),
        "user": Entry("zhanggui.foundation.accounts.cli:app_user", _("People, roles and login links.")),
        "calendar": Entry("zhanggui.foundation.calendar.cli:calendar_command", _("Festivals, campaigns and workdays.")),
        "lake": Entry("zhanggui.foundation.lake.cli:app", _("Facts copied for analysis: state, refresh, compare.")),
        "audit": Entry("zhanggui.foundation.audit.cli:app", _("Read and verify the audit log.")),
        "vault": Entry("zhanggui.foundation.vault.cli:app", _("Keys of the encrypted fields.")),
        "backup": Entry("zhanggui.foundation.files.cli:backup_command", _("Write everything into one backup file.")),
        "restore": Entry("zhanggui.foundation.files.cli:restore_command", _("Bring a backup back."), "django"),
        "doctor": Entry(f"{own}:doctor", _("Check this installation and say what to mend."), "nothing"),
        "version": Entry(f"{own}:version", _("Print the version."), "nothing"),
    }


def needs_home(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function that may be called with no set-up at all: the home is made or brought up to date first."""

    @wraps(function)
    def prepared(*args: P.args, **kwargs: P.kwargs) -> R:
        from zhanggui.config.prepare import prepare

        prepare()
        return function(*args, **kwargs)

    return prepared


def load(entry: Entry, name: str) -> Command:
    """Import the command behind an entry. Whatever the import raises is reported as this command's failure."""
    module_name, _colon, attribute = entry.target.partition(":")
    try:
        target = getattr(importlib.import_module(module_name), attribute)
    except Exception as error:
        sentence = _("The command “{name}” cannot be loaded: {reason}.").format(name=name, reason=error)
        raise CommandFailed(sentence) from error
    app = target
    if isinstance(target, typer.Typer):
        target._add_completion = False  # the options of the root are not repeated at every group
    else:
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        app.command(name)(target)
    command = typer.main.get_command(app)
    command.name = name
    if not command.help:
        command.help = entry.help
    return command


def _with_home(command: Command) -> None:
    """Prepare the home when a command runs, that is after its line was read and found right."""
    if isinstance(command, TyperGroup):
        for inner in command.commands.values():
            _with_home(inner)
    elif command.callback is not None:
        command.callback = needs_home(command.callback)


class Root(TyperGroup):
    """A group whose commands show their help line from the table and are imported when resolved."""

    def list_commands(self, ctx: Context) -> list[str]:
        return list(self._listed())

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        return self._listed().get(cmd_name)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        self._listed()
        name, command, rest = super().resolve_command(ctx, args)
        if name is None or command is None:
            return name, command, rest
        entry = commands()[name]
        if entry.needs != "nothing":
            from zhanggui.config.prepare import set_up_django

            set_up_django()
        loaded = load(entry, name)
        if entry.needs == "home":
            _with_home(loaded)
        return name, loaded, rest

    def _listed(self) -> dict[str, Command]:
        if not self.commands:
            for name, entry in commands().items():
                app = typer.Typer(add_completion=False)
                app.command(name, help=entry.help)(lambda: None)
                self.commands[name] = typer.main.get_command(app)
        return dict(self.commands)


app = typer.Typer(
    cls=Root,
    name="zhanggui",
    help=_("Zhanggui (掌柜): the shopkeeper's operations system."),
    epilog=_("All state lives in one folder: ZHANGGUI_HOME, by default .zhanggui in your home folder."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


@app.callback()
def root(
    debug: bool = typer.Option(False, "--debug", help=_("Show the stack trace when something fails.")),
) -> None:
    pass


def sentence(error: BaseException) -> str:
    """One line for the user: errors named by this product speak for themselves, others say what kind they are."""
    text = " ".join(str(error).split())
    if type(error).__module__.startswith("zhanggui."):
        return text or type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        place = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{place}"
    return _("Something unexpected happened ({kind}: {text}). Run again with --debug to see where.").format(
        kind=type(error).__name__, text=text
    )


def run(arguments: Sequence[str], *, out: TextIO | None = None) -> int:
    """Run one command line; returns the exit code: 0 done, 1 failed (one sentence said why), 2 used wrongly.

    ``out`` takes the place of standard output, for a command that runs another one.
    """
    arguments = list(arguments)
    ends = arguments.index("--") if "--" in arguments else len(arguments)
    debug = "--debug" in arguments[:ends]
    if debug:
        arguments = [a for i, a in enumerate(arguments) if i >= ends or a != "--debug"]
    with redirect_stdout(out) if out is not None else nullcontext():
        try:
            code = app(arguments, prog_name="zhanggui", standalone_mode=False)
            return code if isinstance(code, int) else 0
        except KeyboardInterrupt:
            return 130
        except Exception as error:
            if debug:
                traceback.print_exc()
            return report(error, as_json="--json" in arguments[:ends])


def report(error: Exception, *, as_json: bool) -> int:
    """Print what went wrong; returns the exit code."""
    from typer import Abort
    from typer._click.exceptions import NoArgsIsHelpError, UsageError

    if isinstance(error, NoArgsIsHelpError) and error.ctx is not None:
        print(error.ctx.get_help())
        return 2
    wrong_use = isinstance(error, UsageError)
    message = _("Stopped.") if isinstance(error, Abort) else usage(error) if wrong_use else sentence(error)
    if as_json:
        print(json.dumps({"error": type(error).__name__, "message": message}, ensure_ascii=False))
    else:
        print(message, file=sys.stderr)
    return 2 if wrong_use else 1


def usage(error: Any) -> str:
    """One line about a command line that was typed wrongly, with where to look."""
    from typer._click.exceptions import BadParameter, MissingParameter, NoSuchOption

    name = ""
    if isinstance(error, (BadParameter, MissingParameter)):
        hint = error.param_hint or (error.param.get_error_hint() if error.param is not None else "")
        name = (hint if isinstance(hint, str) else " / ".join(hint)).replace("'", "")
    if isinstance(error, MissingParameter):
        text = _("{name} is missing.").format(name=name)
    elif isinstance(error, BadParameter) and name:
        text = _("{name} does not fit: {reason}").format(name=name, reason=error.message)
    elif isinstance(error, NoSuchOption):
        text = _("There is no option {name}.").format(name=error.option_name)
    else:
        text = error.format_message()
    where = error.ctx.command_path if error.ctx is not None else "zhanggui"
    return text + " " + _("See: {command} --help").format(command=where)


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a terminal without UTF-8 shows "?" instead of ending in an error
            reconfigure(errors="replace")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhanggui.config.settings")
    speak_to_typer()
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
