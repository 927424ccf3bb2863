"""Lets ``python -m nosology`` stand for the ``nosology`` command."""

import sys

from nosology.cli.main import main

sys.exit(main())
