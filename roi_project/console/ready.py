"""What the first request of a process would otherwise wait for: every address, and the templates of the pages."""

import gc
from collections.abc import Iterator

from django.contrib import admin
from django.template import Template
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode, IncludeNode
from django.urls import reverse


def make_ready() -> None:
    """Load them now, while a process starts and nobody waits. Asks no database."""
    reverse("admin:index")
    names = [page.template for page in admin.site.pages if page.template]
    seen: set[str] = set()
    while names:
        name = names.pop()
        if name not in seen:
            seen.add(name)
            names += _named_in(get_template(name).template)
    # What is loaded by now stays for as long as the process lives; looking through it for garbage would find none.
    gc.collect()
    gc.freeze()


def _named_in(template: Template) -> Iterator[str]:
    """The templates that one extends or includes by a plain name."""
    for node in template.nodelist.get_nodes_by_type((ExtendsNode, IncludeNode)):
        name = (node.parent_name if isinstance(node, ExtendsNode) else node.template).var
        if isinstance(name, str):
            yield name
