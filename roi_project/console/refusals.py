"""What a service refuses, shown beside the fields of the form it came from."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from roi_project.kernel.errors import FieldProblem, Refusal


class ShowsRefusals:
    """For an admin page: a refusal undoes the request, and comes back as the same form with its sentences."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refusal as refusal:
            request._refusal = refusal
            return super().changeform_view(request, object_id, form_url, extra_context)

    def refusal_of(self, request: HttpRequest) -> Refusal | None:
        return getattr(request, "_refusal", None)


class TellsRefusal:
    """For the form of such a page: `refusal` is what the service said to the same words a moment ago."""

    refusal: ClassVar[Refusal | None] = None

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.refusal is not None:
            for problem in self.refusal.problems or [FieldProblem("", "", self.refusal.detail)]:
                name = problem.pointer.lstrip("/").partition("/")[0]
                self.add_error(name if name in self.fields else None, _sentence(name, problem.detail))
        return self.cleaned_data


def _sentence(name: str, detail: str) -> str:
    """“share: 2 is more than 1.” under the field named share."""
    words = detail.removeprefix(f"{name}: ") if name else detail
    return words[:1].upper() + words[1:]
