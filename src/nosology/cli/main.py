"""The ``nosology`` command: what it offers, and how every outcome ends."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import FrameType
from typing import NamedTuple, NoReturn

import click

from nosology import __version__
from nosology.model.errors import NosologyError

INTERRUPTED = 130
TERMINATED = 128
BROKEN_PIPE = 141
INTERNAL_ERROR = 70

HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}


class LazyCommand(NamedTuple):
    """Where a command is found, and the line of help that does not need it to be imported."""

    module: str
    attribute: str
    summary: str


COMMANDS: Mapping[str, LazyCommand] = {
    "code": LazyCommand(
        "nosology.cli.code", "code", "Code clinical notes, with evidence and reasons."
    ),
    "check": LazyCommand(
        "nosology.cli.check", "check", "Check claims as a payer would, with remedies."
    ),
    "explain": LazyCommand("nosology.cli.explain", "explain", "Explain a rule."),
    "rules": LazyCommand("nosology.cli.rules", "rules", "Test your own rules for claims."),
    "lookup": LazyCommand("nosology.cli.lookup", "lookup", "Show codes with all their notes."),
    "search": LazyCommand("nosology.cli.search", "search", "Find codes by words."),
    "tree": LazyCommand("nosology.cli.tree", "tree", "Show the codes below a code."),
    "index": LazyCommand("nosology.cli.index", "index", "Navigate the official indexes by term."),
    "codesets": LazyCommand(
        "nosology.cli.codesets", "codesets", "List, build, add, update and compare code sets."
    ),
    "evaluate": LazyCommand(
        "nosology.cli.evaluate", "evaluate", "Measure the answers against coded notes."
    ),
}


class LazyGroup(click.Group):
    """A group that imports a command only when it is called, so that each starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which the help lists them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, imported now; None if there is none."""
        del ctx
        found = COMMANDS.get(cmd_name)
        if found is None:
            return None
        command = getattr(import_module(found.module), found.attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments call; an unknown name is told with near ones."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            offer = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(COMMANDS)}"
            raise click.UsageError(f"no such command {name!r}; {offer}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, found.summary) for name, found in COMMANDS.items()])


HELP = """\
Nosology codes clinical notes and checks claims, offline.

It answers with the codes that a record supports, each with the words that support it and the rule
that chose it, and with what a payer would object to in a claim.

\b
Examples:
  nosology code visit.txt
  nosology code visit.txt --age 58 --sex M --date 2026-04-14 --format json
  nosology code --input encounters.jsonl --output codings.jsonl
  nosology check claims.jsonl
  nosology lookup E11.22
  nosology search low back pain
"""


@click.group(
    cls=LazyGroup,
    help=HELP,
    context_settings=HELP_OPTIONS,
    invoke_without_command=True,
    epilog="Each command tells more: nosology code --help",
)
@click.version_option(__version__, prog_name="nosology", message="%(prog)s %(version)s")
@click.pass_context
def nosology(ctx: click.Context) -> None:
    """Show the help where no command is called."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit status of one call, every failure told in one line on standard error.

    0 done; 1 done, and something was found to act on; 2 bad usage or input; 3 missing code set;
    70 an error of the program; 130 interrupted; 141 nobody reads the output any more.
    ``NOSOLOGY_DEBUG=1`` shows the traceback of an error of the program.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if threading.current_thread() is threading.main_thread():
        # Ends as an interruption does, so that no half-written file stays behind.
        signal.signal(signal.SIGTERM, _terminate)
    if sys.stdout is None:  # closed by who called
        tell("standard output", "is closed; nothing could be answered: give it a place to go")
        return 2
    try:
        if "_NOSOLOGY_COMPLETE" in os.environ:
            nosology.main(given, prog_name="nosology")
        with nosology.make_context("nosology", given) as context:
            nosology.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as ending:
        return _flushed(ending.exit_code)
    except NosologyError as error:
        tell(error.where, error.message)
        return error.exit_status
    except click.ClickException as error:
        tell(*_usage(error))
        return 2
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        return _pipe_closed()
    except OSError as error:
        return _system_error(error)
    except Exception as error:
        return _internal_error(error)
    return 0


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    del frame
    raise SystemExit(TERMINATED + number)


def tell(where: str, message: str) -> None:
    """Write one line to standard error, whatever line breaks the message holds."""
    line = " ".join(f"nosology: {where}: {message}".split())
    click.echo(line if where else line.replace("nosology: : ", "nosology: ", 1), err=True)


def _usage(error: click.ClickException) -> tuple[str, str]:
    message = error.format_message().rstrip(".")
    message = message[:1].lower() + message[1:]
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return "", message
    path = context.command_path
    return path.removeprefix("nosology").strip(), f"{message}; see '{path} --help'"


def _flushed(status: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _pipe_closed()
    except OSError as error:
        return _system_error(error)
    return status


def _pipe_closed() -> int:
    """End quietly: without this, the interpreter would complain when it flushes at its end."""
    _discard_output()
    return BROKEN_PIPE


def _system_error(error: OSError) -> int:
    if _is_debugging():
        raise error
    where = os.fspath(error.filename) if isinstance(error.filename, str) else "output"
    tell(where, f"{error.strerror or type(error).__name__}; check the path and the free space")
    _discard_output()
    return 2


def _discard_output() -> None:
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        # Standard output is not a file of the system; nothing will be flushed to it.
        return


def _internal_error(error: Exception) -> int:
    if _is_debugging():
        raise error
    tell(
        "",
        f"internal error ({failing_place(error)}); please report it. "
        "NOSOLOGY_DEBUG=1 shows more, patient text perhaps included",
    )
    return INTERNAL_ERROR


def failing_place(error: Exception) -> str:
    """Return the kind of error and our line that led to it: never its text, perhaps a note's."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.split(".")[0] == "nosology":
            place = f" in {module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return type(error).__name__ + place


def _is_debugging() -> bool:
    return os.environ.get("NOSOLOGY_DEBUG", "") not in {"", "0"}
