"""`parecon report`: the page of a run, made again from its folder."""

from __future__ import annotations

from pathlib import Path

from parecon.cli import DONE


def report(run: Path) -> int:
    """Make the page of a run folder again, from the tables and figures in it.

    Parameters
    ----------
    run
        The folder that parecon plan, simulate or claims left behind.
    """
    from parecon.report.claims import write_claims
    from parecon.report.page import write_report

    print(write_claims(run) if (run / "claims.json").is_file() else write_report(run))
    return DONE
