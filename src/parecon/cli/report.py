"""`parecon report`: the page of a run, made again from its folder."""

from __future__ import annotations

from pathlib import Path

from parecon.cli import DONE


def report(run: Path) -> int:
    """Make report.html of a run folder again, from its tables and run.json.

    Parameters
    ----------
    run
        The folder that parecon plan left behind.
    """
    from parecon.report.page import write_report

    print(write_report(run))
    return DONE
