"""What this floor says to a caller of `me`: how far the books are."""

from finance.selectors.latest import latest_closed_month, latest_computed_month
from roi_project.access.me import say
from roi_project.web.shapes import MonthText

say(
    "latest_closed_month",
    MonthText(allow_null=True, help_text="null: none is closed, or you read no books"),
    lambda audience, now: latest_closed_month(audience),
)
say(
    "latest_computed_month",
    MonthText(allow_null=True, help_text="null: none has a book, or you read no books"),
    lambda audience, now: latest_computed_month(audience),
)
