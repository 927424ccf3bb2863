"""Readings of option values that several commands take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import click

from nosology.model.code import System
from nosology.model.dates import parse_date

SIZE_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}


def choice(kind: type[StrEnum]) -> click.Choice[str]:
    """Return the option type that takes the values of an enumeration, in capitals or not."""
    return click.Choice([item.value for item in kind], case_sensitive=False)


def size(ctx: click.Context, option: click.Parameter, value: str) -> int:
    """Return the number of bytes that a size such as 500kB, 20MB or 1000000 stands for.

    Raises:
        BadParameter: when it is no such size.
    """
    written = value.strip().upper()
    digits = written.rstrip("KMGB ")
    unit = written[len(digits) :].strip()
    if digits.isascii() and digits.isdigit() and int(digits) > 0 and unit in SIZE_UNITS:
        return int(digits) * SIZE_UNITS[unit]
    raise click.BadParameter(
        f"{value!r} is not a size such as 500kB, 20MB or 1000000", ctx=ctx, param=option
    )


def text_encoding(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Return the name of a text encoding that Python knows.

    Raises:
        BadParameter: when there is none of that name.
    """
    if value is None:
        return None
    try:
        b"a".decode(value)
    except UnicodeError:
        return value  # such as utf-16, which needs two bytes
    except (LookupError, ValueError):
        raise click.BadParameter(
            f"{value!r} is not a text encoding; try utf-8, cp1252 or utf-16", ctx=ctx, param=option
        ) from None
    return value


def date(ctx: click.Context, option: click.Parameter, value: str | None) -> dt.date | None:
    """Return the date that an option gives; None for none.

    Raises:
        InputError: when it is no date of the calendar.
    """
    del ctx
    return None if value is None else parse_date(value, option.opts[0])


def system_option[F: Callable[..., Any]](
    *, default: str | None = None, is_all_offered: bool = False, help: str = "The code set."
) -> Callable[[F], F]:
    """Return a decorator that adds ``--system``: a system's name, or ``all`` where offered."""
    names = [item.value for item in System]
    return click.option(
        "--system",
        type=click.Choice(["all", *names] if is_all_offered else names),
        default=default,
        show_default=default is not None,
        help=help,
    )


def parse_system(name: str | None) -> System | None:
    """Return the system of that name; None for ``all`` and for none."""
    return None if name in {None, "all"} else System(name)
