"""A short, stable name for a set of inputs, so that unchanged inputs are recognised without reading them."""

import hashlib
import json
from collections.abc import Mapping


def fingerprint(parts: Mapping[str, object]) -> str:
    """SHA-256 over named parts (numbers, texts, lists of them) in a canonical order."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
