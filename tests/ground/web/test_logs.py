"""What is logged of a failure: where it passed, not what it was about."""

import logging

from roi_project.web.logs import WithoutValues


def test_a_record_of_others_loses_the_message_of_its_exception():
    try:
        raise ValueError(f"Failing row contains ({'bob'.title()}, {1234566 + 1})")
    except ValueError as error:
        record = logging.LogRecord("django.request", 40, __file__, 1, "Failed: %s", ("/x/",), (ValueError, error, None))

    assert WithoutValues().filter(record)

    line = logging.Formatter().format(record)
    assert line.startswith("Failed: /x/: builtins.ValueError\n")
    assert "test_a_record_of_others" in line
    assert "1234567" not in line
    assert "Bob" not in line


def test_a_record_without_an_exception_is_left_alone():
    record = logging.LogRecord("any", 20, __file__, 1, "Read %s", (7,), None)

    assert WithoutValues().filter(record)
    assert logging.Formatter().format(record) == "Read 7"
