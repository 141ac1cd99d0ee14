"""What mkdocs runs: before it looks for pages, and after it made one."""

import re
import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent.parent))  # behind what is installed: the package as it was built

from website.make import files, write

_EMPTY_TABINDEX = re.compile(r'(<label\b[^>]*) tabindex=""')
_NO_AUTOCOMPLETE = re.compile(r'(<input\b[^>]*type="(?:checkbox|radio)"[^>]*) autocomplete="off"')


def on_pre_build(config: Any) -> None:  # noqa: ARG001  the interface's
    """Write the pages that follow from the record, before the pages are gathered."""
    write(files())


def valid(html: str) -> str:
    """Mend what the theme writes that is no valid HTML: attributes without a value, and labels of nothing."""
    mended = _NO_AUTOCOMPLETE.sub(r"\1", _EMPTY_TABINDEX.sub(r"\1", html))
    return mended if 'id="__toc"' in mended else mended.replace(' for="__toc"', "")


def on_post_page(output: str, page: Any, config: Any) -> str:  # noqa: ARG001  the interface's
    """Mend a page."""
    return valid(output)


def on_post_template(output_content: str, template_name: str, config: Any) -> str:  # noqa: ARG001  the interface's
    """Mend the page that says that there is none."""
    return valid(output_content) if template_name.endswith(".html") else output_content
