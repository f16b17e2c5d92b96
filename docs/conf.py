"""How the pages under docs/ become a site. Everything it loads lies beside it."""

import sys
from pathlib import Path

from pygments.lexers.special import TextLexer

sys.path.insert(0, str(Path(__file__).resolve().parent))

project = "Team ROI"
extensions = ["myst_parser", "api_reference"]
source_suffix = {".md": "markdown"}
root_doc = "index"
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
html_theme = "furo"
html_title = "Team ROI"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
pygments_style = "friendly"


def setup(app):
    for language in ("csv", "powerquery"):  # shown as they are
        app.add_lexer(language, TextLexer)
