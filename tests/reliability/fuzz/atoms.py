"""Values that have broken services: in a body, in an address, in a header."""

import random

TEXTS = (
    "", " ", "\t", "0", "-0", "00", "1_000", "1,5", "1.234,56", "NaN", "Infinity", "-Infinity", "sNaN", "1e400",
    "1e-400",
    "0x1", "true", "null", "None", "٣", "１２", "²", "½", "\u0000", "a\u0000b", "\ud800", "\udfff\ud800", "\u202edrow",
    "a\u200bb", "\ufeff", "\uffff", "e\u0301", "ﬁ", "ß", "🧾", "a\nb", "a\r\nb", "a\x1bb", "\x7f", "\u2028", "%", "%00",
    "%zz", "%s%s%n", "{0}", "{{7*7}}", "${x}", "'", '"', "\\", "\\u0000", "`id`", "<script>alert(1)</script>", "-- ",
    "' OR 1=1 --", "1; DROP TABLE teams_team", "../../etc/passwd", "=1+1", "+1", "@x", "a,b", ",", ";", "|", "a|b",
    "x" * 201, "x" * 5_000, "é" * 3_000, "9" * 400, "." , "..", "__proto__", "id__gt", "team__code", "-id", "?", "*",
    "payments/checkout", "CON", "ı", "İ", "𝟙",
)  # fmt: skip

DAYS = (
    "2026-02-29", "2024-02-29", "2100-02-29", "2000-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "2026-1-1",
    "0000-01-01", "0001-01-01", "1999-12-31", "2000-01-01", "2100-12-31", "2101-01-01", "9999-12-31", "10000-01-01",
    "2024-W01-1", "2024-001", "20260101", "2026-01-01T00:00:00", "2026-01-01T00:00:00Z", "2026-01-01 00:00",
    "٢٠٢٦-٠١-٠١", "2026-01-01 ", " 2026-01-01", "2026−01−01", "31.12.2026", "12/31/2026", "today", "1767225600",
    "2026-07-01", "2026-07-31",
)  # fmt: skip

MONTHS = (
    "2026-07", "2026-06", "2000-01", "2100-12", "1999-12", "2101-01", "2026-13", "2026-00", "2026-7", "202607",
    "2026-07-01", "0000-00", "9999-12", "٢٠٢٦-٠٧", "2026-07 ", "July", "2026/07", "-2026-07", "+026-07", "2026-W7",
)  # fmt: skip

MOMENTS = (
    "2026-07-01T00:00:00Z", "2026-07-01T00:00:00+02:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "2026-07-01T24:00:00Z", "2026-07-01T23:59:60Z", "2026-07-01", "2026-07-01T00:00:00", "2026-07-01T00:00:00+99:99",
    "2000-01-01T00:00:00+14:00", "2100-12-31T23:59:59-14:00", "2026-07-01T00:00:00.1234567Z", "2026-07-01t00:00:00z",
)  # fmt: skip

NUMBERS = (
    "0", "1", "-1", "-0", "0.1", "0.25", "1.0", "1.000", "0.333333", "0.3333333", "1.005", "99.999", "1e5", "1E+11",
    "1e400", "1e-400", "9007199254740993", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "92233720368547758.07", "92233720368547758.08", "1000000000000", "999999999999.999999",
    "9" * 29, "9" * 31, "9" * 400, "0." + "0" * 30 + "1", "0." + "0" * 300 + "1", "1" + "0" * 5_000,
)  # fmt: skip
"""As they are written in JSON, and as texts."""

LITERALS = (
    "NaN",
    "Infinity",
    "-Infinity",
    "nan",
    "undefined",
    "True",
    "01",
    "1.",
    ".5",
    "+1",
    "0x10",
    "1_0",
    "'a'",
    "",
)
"""What is no JSON where a value belongs."""

CODES = ("1", "0", "-1", "999999999", "99999999999999999999", "abc", "1.0", "01", "٣", "null", "%00", "%ff", "..", "1 ",
         "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-fffffffffff", "%F0%9F%A7%BE", "bulk",
         "history")  # fmt: skip
"""What stands where an address has a name, written for an address."""

TYPES = (
    "application/json", "application/json; charset=utf-8", "application/json; charset=utf-16", "application/json;", "",
    "text/plain", "text/csv", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
    "multipart/form-data", "application/xml", "application/merge-patch+json", "APPLICATION/JSON", "*/*", "json",
    "application/json; charset=\"\"", "image/png",
)  # fmt: skip

ACCEPTS = (
    "*/*", "application/json", "text/csv", "text/html", "application/*", "application/json; indent=1000000", "nonsense",
    "application/json;q=0", "text/html,application/xhtml+xml,*/*;q=0.8", "", "a/b/c", "application/problem+json",
    "application/json; version=1", ";;;", "*/json", "application/vnd.oai.openapi", "application/yaml",
)  # fmt: skip


def text(noise: random.Random) -> str:
    """One awkward text, sometimes two in a row."""
    chosen = noise.choice((TEXTS, TEXTS, DAYS, MONTHS, MOMENTS, NUMBERS))
    found = noise.choice(chosen)
    return found + noise.choice(TEXTS) if noise.random() < 0.1 else found
