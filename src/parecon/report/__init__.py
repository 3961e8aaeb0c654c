"""The page of a run: from the folder a run leaves behind to one self-contained HTML file.

A page is made from the run folder alone (`run.json` and the Parquet tables), never from the economy or the engine,
so that anyone who is handed the folder can make it again. It needs no network and no script, and can
be read on a phone, on paper and by a screen reader.

- `numbers` - how numbers are written: three significant digits, thin separators, units.
- `read` - the run folder as lazy tables, with the few joins that every section needs.
- `style`, `page.css` - one theme for text and figures.
- `figures` - the few shapes of figure, each drawn once for a desk and once for a phone.
- `html` - escaped text, tables, sections.
- `rounds`, `prices`, `workplaces`, `members`, `opening` - what the page says, with its figures.
- `page` - the page of a plan put together.
- `simulation`, `simulation_*`, `grid` - the page of a simulation: each section a function in `simulation.SECTIONS`.
"""

from parecon.report.page import write_report

__all__ = ["write_report"]
