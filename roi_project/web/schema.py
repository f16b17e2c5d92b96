"""The OpenAPI document: names that make good client code, and the problems each address may answer with."""

import re

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema as SpectacularAutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

from roi_project.web.permissions import InGroups
from roi_project.web.problems import MEDIA_TYPE

_ANYWHERE = {
    400: "Malformed, or wrong by itself",
    401: "No valid token",
    403: "Not for this caller; the detail says for whom",
    406: "Not in this format",
    429: "Too many requests; see Retry-After",
    500: "Our fault",
    503: "The database is away or busy; see Retry-After",
}
_WITH_A_NAME = {404: "Not there, or not visible to you"}
_WITH_A_BODY = {
    409: "Conflicts with what is stored",
    413: "Too large",
    415: "Not JSON",
    422: "Idempotency-Key reused with another body",
}
_FILES = {
    "text/csv": {"type": "string"},
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {"type": "string", "format": "binary"},
}
_VERBS = {"list": "list", "create": "create", "retrieve": "get", "update": "replace", "partial_update": "update"}
_VERBS_BY_METHOD = {"GET": "get", "POST": "create", "PUT": "replace", "PATCH": "update", "DELETE": "delete"}
_IRREGULAR = {"people": "person"}


class FieldProblemSerializer(serializers.Serializer):
    pointer = serializers.CharField(help_text="JSON pointer into the body, or ?name of a query parameter")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """What was refused and why (RFC 9457)."""

    type = serializers.CharField(help_text="/problems/<slug>, a page that explains it")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField(help_text="the request id, also in X-Request-ID")
    errors = FieldProblemSerializer(many=True)


class AutoSchema(SpectacularAutoSchema):
    """Adds problems, parameters that a view declares, and operation ids such as `create_assignment`.

    A view may set `singular` ("cost entry") where the plural in its address is no good guide,
    and `operation_id` when it has one operation of its own name.
    """

    def get_operation_id(self) -> str:
        own = getattr(self.view, "operation_id", None)
        if own:
            return own
        words = [token.replace("-", "_") for token in self._tokenize_path()] or ["root"]
        action = getattr(self.view, "action", None)
        if action and action not in {*_VERBS, "destroy"}:
            return self._id_of_extra_action(action, words)
        if words[0] == "reports" and self.method == "GET" and len(words) > 1:
            return "_".join(["report", *words[1:]])
        if self.method == "GET" and self._is_list_view():
            return "_".join(["list", *words])
        verb = _VERBS.get(action) or _VERBS_BY_METHOD[self.method]
        collection = action is not None or self._is_create_operation()
        return "_".join([verb, *words[:-1], self._singular(words[-1]) if collection else words[-1]])

    def get_override_parameters(self):
        declared = getattr(self.view, "parameters", ()) if self.method in SAFE_METHODS else ()
        descriptions = declared if isinstance(declared, dict) else dict.fromkeys(declared, "")
        return [
            OpenApiParameter(name, str, description=text, enum=getattr(text, "words", None))
            for name, text in descriptions.items()
        ]

    def get_operation(self, *args, **kwargs):
        """With the groups and scopes of those who may, for the pages and for programs that want to know beforehand."""
        operation = super().get_operation(*args, **kwargs)
        if operation and InGroups in getattr(self.view, "permission_classes", ()):
            door = "read" if self.method in SAFE_METHODS else "write"
            operation["x-groups"] = sorted(getattr(self.view, f"{door}_groups", ()))
            operation["x-scopes"] = sorted(getattr(self.view, f"{door}_scopes", {door}))
        return operation

    def _id_of_extra_action(self, action: str, words: list[str]) -> str:
        nouns = words[:-1] if len(words) > 1 and words[-1] == action else words
        named = "{" in self.path
        return "_".join([action, *nouns[:-1], self._singular(nouns[-1]) if named else nouns[-1]])

    def _singular(self, plural: str) -> str:
        told = getattr(self.view, "singular", "")
        if told:
            return re.sub(r"[^a-z0-9]+", "_", told.lower())
        if plural in _IRREGULAR:
            return _IRREGULAR[plural]
        if plural.endswith("ies"):
            return f"{plural[:-3]}y"
        return plural[:-1] if plural.endswith("s") and not plural.endswith("ss") else plural

    def _get_response_bodies(self, direction="response"):
        bodies = super()._get_response_bodies(direction)
        for body in bodies.values():
            content = body.get("content", {})
            for form, schema in _FILES.items():
                if form in content:
                    content[form] = {"schema": schema}
        if direction != "response":
            return bodies
        problem = self.resolve_serializer(ProblemSerializer, "response").ref
        expected = _ANYWHERE | (_WITH_A_NAME if "{" in self.path else {})
        if self.method in {"POST", "PUT", "PATCH", "DELETE"}:
            expected = expected | _WITH_A_BODY
        for status, description in sorted(expected.items()):
            content = {MEDIA_TYPE: {"schema": problem}}
            bodies.setdefault(str(status), {"description": description, "content": content})
        return bodies


REFERENCE = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "code": {"type": "string"},
        "source": {"type": "string"},
        "external_id": {"type": "string"},
    },
    "description": "A row of another list: by id, by code, or by source and external_id. Text alone is a code.",
}


def one_type_of_each(result, generator, request, public):
    """References under one name, and null beside a list of words: else generated clients get a type for each field."""
    schemas = result["components"]["schemas"]
    for schema in schemas.values():
        for name, member in schema.get("properties", {}).items():
            schema["properties"][name] = _named(member)
    schemas["Reference"] = REFERENCE
    return result


def _named(member: dict) -> dict:
    kinds = member.get("type", ())
    if member.get("properties") == REFERENCE["properties"]:
        one = {"$ref": "#/components/schemas/Reference"}
    elif "null" in kinds and "enum" in member:
        one = {"type": "string", "enum": [word for word in member["enum"] if word is not None]}
    else:
        return member
    about = {key: value for key, value in member.items() if key not in {"type", "properties", "enum"}}
    return {"oneOf": [one, {"type": "null"}], **about} if "null" in kinds else {**one, **about}


class WordExtension(OpenApiSerializerFieldExtension):
    target_class = "roi_project.web.shapes.Word"

    def get_name(self):
        return self.target.list_name

    def map_serializer_field(self, auto_schema, direction):
        return {"type": "string", "enum": list(self.target.choices)}


class BearerTokenScheme(OpenApiAuthenticationExtension):
    target_class = "roi_project.web.authentication.BearerToken"
    name = "bearer"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "A token, as roi_<key>.<secret>"}


class BasicTokenScheme(OpenApiAuthenticationExtension):
    target_class = "roi_project.web.authentication.BasicToken"
    name = "basic"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "basic", "description": "User `token`, password the token; reports only"}
