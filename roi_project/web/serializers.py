"""Bodies, read strictly: a field nobody knows is a mistake, not a comment."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers


class StrictSerializer(serializers.Serializer):
    """Refuses members that are not fields, and fields that only the service may set."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = [name for name in data if name not in writable]
            if unknown:
                known = ", ".join(sorted(writable)) or "none"
                raise serializers.ValidationError(
                    dict.fromkeys(unknown, f"This field cannot be sent; known here: {known}."),
                    code="unknown-field",
                )
        return super().to_internal_value(data)
