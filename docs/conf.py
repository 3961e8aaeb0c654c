"""How the documentation is built."""

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from parecon import __version__

project = "parecon"
release = __version__
copyright = "the parecon authors, Apache-2.0"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_theme_options = {"description": "runs a participatory economy", "page_width": "70rem", "fixed_sidebar": True}
autodoc_preserve_defaults = True
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["style.css"]
autodoc_typehints = "description"


def inline(self: HTML5Translator, node: nodes.math) -> None:
    """A formula in a line, as MathML: browsers draw it without a network."""
    self.body.append(str(tex2mathml(node.astext())))
    raise nodes.SkipNode


def displayed(self: HTML5Translator, node: nodes.math_block) -> None:
    """A formula on lines of its own."""
    self.body.append(f"<div class='math'>{tex2mathml(node.astext(), as_block=True)}</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Sphinx's own ways to draw formulas need a network or LaTeX."""
    app.add_html_math_renderer("mathml", (inline, None), (displayed, None))
