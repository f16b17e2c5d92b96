"""The strict JSON reader: what two programs could read differently is refused."""

from decimal import Decimal

import pytest

from roi_project.kernel.errors import Refusal
from roi_project.web.parsers import MAX_NODES, read_json

URL = "/api/v1/echo/"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"{}", {}),
        (b"[]", []),
        (b' \n{"a": [1, true, false, null, "x"]}\t', {"a": [1, True, False, None, "x"]}),
        (b'{"a": 1.10}', {"a": Decimal("1.10")}),
        (b'{"a": 0.1}', {"a": Decimal("0.1")}),
        (b'{"a": 12345678901234567890}', {"a": 12345678901234567890}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
        ('{"ä": "٣ ✓"}'.encode(), {"ä": "٣ ✓"}),
        (b'{"a": "[{,[{,"}', {"a": "[{,[{,"}),
        (b'{"a": "\\\\u0000"}', {"a": "\\u0000"}),
        (b'{"a": {"a": 1}, "b": {"a": 1}}', {"a": {"a": 1}, "b": {"a": 1}}),
        (b"[" * 32 + b"]" * 32, None),
        (b"[" + b"0," * (MAX_NODES - 1) + b"0]", None),
    ],
)
def test_plain_json_is_read_as_it_is_written(raw, value):
    read = read_json(raw)

    assert value is None or read == value


def test_decimals_keep_the_zeros_they_were_written_with():
    assert str(read_json(b"[1.10]")[0]) == "1.10"


REFUSED = {
    "nothing": b"",
    "spaces": b"  ",
    "text on top": b'"a"',
    "number on top": b"1",
    "null on top": b"null",
    "half an object": b'{"a": ',
    "two values": b"{} {}",
    "single quotes": b"{'a': 1}",
    "trailing comma": b"[1,]",
    "comment": b"[1] // one",
    "leading zero": b"[01]",
    "plus sign": b"[+1]",
    "hexadecimal": b"[0x1]",
    "underscore": b"[1_000]",
    "arabic digits": "[٣]".encode(),
    "NaN": b"[NaN]",
    "Infinity": b"[Infinity]",
    "negative Infinity": b"[-Infinity]",
    "exponent": b"[1e5]",
    "tiny exponent": b"[1e-400]",
    "huge exponent": b"[1E99999999999999999999]",
    "5,000 digits": b"[" + b"9" * 5_000 + b"]",
    "5,000 decimals": b"[0." + b"1" * 5_000 + b"]",
    "byte order mark": b"\xef\xbb\xbf{}",
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "utf-16 without mark": '{"a": 1}'.encode("utf-16-le"),
    "utf-32": '{"a": 1}'.encode("utf-32"),
    "latin-1": '{"a": "ü"}'.encode("latin-1"),
    "cut in a character": '{"a": "ü"}'.encode()[:-3],
    "surrogate in utf-8": b'{"a": "\xed\xa0\x80"}',
    "lone high surrogate": b'{"a": "\\ud800"}',
    "lone low surrogate": b'{"a": "\\udc00x"}',
    "pair the wrong way round": b'{"a": "\\udc00\\ud800"}',
    "surrogate in a name": b'{"\\uD800": 1}',
    "surrogate deep inside": b'[[{"a": [{"b": "\\uDfff"}]}]]',
    "NUL": b'{"a": "\\u0000"}',
    "NUL in a name": b'{"\\u0000": 1}',
    "raw NUL": b'{"a": "\x00"}',
    "raw line break": b'{"a": "\n"}',
    "duplicate member": b'{"a": 1, "a": 1}',
    "duplicate member by escape": b'{"a": 1, "\\u0061": 2}',
    "duplicate member deep inside": b'[{"x": {"a": 1, "b": 2, "a": 3}}]',
    "33 levels": b"[" * 33 + b"]" * 33,
    "33 levels of objects": b'{"a":' * 33 + b"1" + b"}" * 33,
    "200,000 levels": b"[" * 200_000 + b"]" * 200_000,
    "200,000 open brackets": b"[" * 200_000,
    "5,000 levels of objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "200,001 values": b"[" + b"0," * MAX_NODES + b"0]",
    "200,001 empty lists": b"[" + b"[]," * MAX_NODES + b"[]]",
    "brackets never closed in a string": b'["' + b"\\" * 99_999,
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED.keys())
def test_doubtful_json_is_refused(raw):
    with pytest.raises(Refusal) as refusal:
        read_json(raw)

    assert (refusal.value.status, refusal.value.slug) == (400, "malformed-request")


def test_a_view_may_take_more_values():
    raw = b"[" + b"0," * MAX_NODES + b"0]"

    assert len(read_json(raw, max_nodes=MAX_NODES + 1)) == MAX_NODES + 1


@pytest.mark.parametrize("name", ["NaN", "utf-16", "33 levels", "lone high surrogate", "duplicate member"])
def test_the_api_answers_with_a_problem(api, planner, as_problem, name):
    answer = api(planner).generic("POST", URL, REFUSED[name], content_type="application/json")

    as_problem(answer, 400, "malformed-request")


def test_another_charset_is_refused_even_for_ascii(api, planner, as_problem):
    answer = api(planner).generic("POST", URL, b"{}", content_type="application/json; charset=latin-1")

    as_problem(answer, 400, "malformed-request")


def test_utf_8_may_be_said(api, planner):
    answer = api(planner).generic("POST", URL, '{"a": "ü"}'.encode(), content_type='application/json; charset="UTF-8"')

    assert answer.json() == {"understood": {"a": "ü"}}


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/xml", "json"],
)
def test_only_json_is_read(api, planner, as_problem, content_type):
    answer = api(planner).generic("POST", URL, b"a=1", content_type=content_type)

    as_problem(answer, 415, "unsupported-media-type")


def test_a_body_that_is_too_large_is_refused(api, planner, as_problem, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    fits = b'["' + b"x" * 996 + b'"]'

    assert api(planner).generic("POST", URL, fits, content_type="application/json").status_code == 200
    answer = api(planner).generic("POST", URL, fits + b" ", content_type="application/json")
    as_problem(answer, 413, "too-large")


def test_no_body_is_an_empty_object(api, planner):
    assert api(planner).post(URL).json() == {"understood": {}}
