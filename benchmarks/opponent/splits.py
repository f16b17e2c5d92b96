"""Exact splits in SQL: the largest remainder method as window functions over 128-bit integers."""

from collections.abc import Sequence


def split(source: str, measures: Sequence[str], where: str = "TRUE") -> str:
    """A SELECT of the rows of `source` in which each measure, an amount of the whole group, has become the row's part.

    `source` has a group g of n rows, a weight (HUGEINT, not negative), the total weight of the group, and a key that
    breaks ties. Groups of one row, which are the most, take their amount as it is.
    """
    names = ", ".join(measures)
    wholes = ", ".join(f"abs({m})::HUGEINT * weight // total AS whole_{m}" for m in measures)
    rests = ", ".join(f"abs({m})::HUGEINT * weight - whole_{m} * total AS rest_{m}" for m in measures)
    ranks = ", ".join(
        f"row_number() OVER (PARTITION BY g ORDER BY rest_{m} DESC, weight DESC, key) AS place_{m},"
        f" abs({m}) - sum(whole_{m}) OVER (PARTITION BY g) AS left_{m}"
        for m in measures
    )
    parts = ", ".join(f"(sign({m}) * (whole_{m} + (place_{m} <= left_{m})::INT))::BIGINT AS {m}" for m in measures)
    helpers = ", ".join(f"{kind}_{m}" for m in measures for kind in ("whole", "rest", "place", "left"))
    return f"""
        WITH wholes AS (SELECT *, {wholes} FROM {source} WHERE n > 1 AND ({where})),
        rests AS (SELECT *, {rests} FROM wholes),
        ranked AS (SELECT *, {ranks} FROM rests)
        SELECT * EXCLUDE ({names}, {helpers}, weight, total, n, key), {parts} FROM ranked
        UNION ALL BY NAME
        SELECT * EXCLUDE (weight, total, n, key) FROM {source} WHERE n = 1 AND ({where})"""
