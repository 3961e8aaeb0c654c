"""How the documentation is built."""

from parecon import __version__

project = "parecon"
release = __version__
copyright = "the parecon authors, Apache-2.0"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_theme_options = {"description": "runs a participatory economy"}
