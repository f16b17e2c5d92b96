"""Forget which books are current and compile every month anew, in one process that nobody disturbs."""

import django

django.setup()

from finance.models import BookMonth  # noqa: E402
from finance.services import books  # noqa: E402
from roi_project.kernel.period import parse_month  # noqa: E402
from tests.reliability.books_house import MONTHS  # noqa: E402

BookMonth.objects.update(current_book=None)
assert books.compile_span(parse_month(MONTHS[0]), parse_month(MONTHS[-1])).published == list(MONTHS)
