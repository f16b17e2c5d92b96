"""The real addresses, and a few doors that exist only to be knocked at."""

import django_filters
from django.contrib.auth.models import Group as DjangoGroup
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection
from django.http import Http404
from django.urls import include, path
from rest_framework import serializers, viewsets
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter

from roi_project import urls as real
from roi_project.access.audience import EVERYONE, Group
from roi_project.kernel.errors import Conflict, FieldProblem
from roi_project.web import filters, idempotency, params
from roi_project.web.conditional import etag_response, require_match
from roi_project.web.serializers import StrictSerializer
from roi_project.web.tables import Table
from roi_project.web.views import ApiView, Manners, ReportView

handler400, handler403, handler404, handler500 = real.handler400, real.handler403, real.handler404, real.handler500


class BandSerializer(StrictSerializer):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=20)


class BandFilter(django_filters.FilterSet):
    name = filters.Codes()
    search = filters.Plain(field_name="name", lookup_expr="icontains")
    number = filters.Whole(field_name="id")
    size = django_filters.RangeFilter(field_name="id")


class Bands(Manners, viewsets.ModelViewSet):
    """Any five-column table would do; groups of users have an id and a unique name."""

    queryset = DjangoGroup.objects.order_by("name", "id")
    serializer_class = BandSerializer
    filterset_class = BandFilter
    ordering_fields = ("name", "id")
    write_groups = frozenset({Group.PLANNER})
    lookup_value_regex = "[0-9]{1,18}"

    def perform_create(self, serializer):
        serializer.instance = DjangoGroup.objects.create(**serializer.validated_data)


class Echo(ApiView):
    """Answers with what was understood."""

    write_groups = EVERYONE

    def post(self, request):
        return Response({"understood": request.data})


def _fail():
    raise RuntimeError(f"ada earns {123456 + 0.78}")


def _divide_in_the_database():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO auth_group (id, name) VALUES (1, 'secret salary'), (1, 'secret salary')")


ERRORS = {
    "refusal": lambda: _raise(Conflict("Ada is taken.", slug="already-assigned", problems=[_PROBLEM])),
    "not-found": lambda: _raise(Http404("table of salaries")),
    "missing": lambda: DjangoGroup.objects.get(pk=-1),
    "denied": lambda: _raise(PermissionDenied("because of her salary")),
    "suspicious": lambda: _raise(SuspiciousOperation("secret")),
    "data": lambda: _raise(DataError("value 123456.78 out of range")),
    "integrity": lambda: _raise(IntegrityError("DETAIL: Failing row contains (ada, 123456.78)")),
    "real-integrity": _divide_in_the_database,
    "operational": lambda: _raise(OperationalError("could not connect, password=secret")),
    "connection": lambda: _raise(InterfaceError("connection already closed")),
    "slow": lambda: _raise_with_state("57014"),
    "deadlock": lambda: _raise_with_state("40P01"),
    "overflow": lambda: _raise(OverflowError("Python int too large to convert to SQLite INTEGER")),
    "bug": _fail,
}
_PROBLEM = FieldProblem("/person", "taken", "Ada is taken.")


def _raise(error):
    raise error


def _raise_with_state(sqlstate):
    cause = Exception("salary 123456.78")
    cause.sqlstate = sqlstate
    raise OperationalError("secret") from cause


class Fails(ApiView):
    def get(self, request, kind):
        ERRORS[kind]()


class Pays(ApiView):
    """Money sent twice by accident must have one effect."""

    write_groups = EVERYONE

    def post(self, request):
        def act():
            if request.data.get("refuse"):
                raise Conflict("Not this time.")
            DjangoGroup.objects.create(name=request.data["name"])
            return 201, {"name": request.data["name"]}

        return idempotency.once(
            self.audience, idempotency.key_of(request), [request.path, request.data], act
        ).response()


class Figures(ReportView):
    """A report with every kind of parameter."""

    parameters = {"from": "first month", "through": "last month", "view": "", "top": "", "team": "", "open": ""}
    built = 0

    def get(self, request):
        first, last = params.month_range(request)
        figures = {
            "from": first,
            "through": last,
            "view": params.choice(request, "view", ("direct", "fully_loaded"), "direct"),
            "top": params.integer(request, "top", 10, minimum=1, maximum=100),
            "team": params.codes(request, "team"),
            "open": params.flag(request, "open"),
        }
        return etag_response(request, f"book 7 {request.GET.urlencode()}", lambda: self.build(figures))

    def build(self, figures):
        Figures.built += 1
        if self.file_format:
            rows = [[name, str(value)] for name, value in figures.items()]
            table = Table("f", {"name": "Which parameter.", "value": "What was asked."}, lambda: rows)
            return table.response(self.file_format, self.site)
        return Response(figures)


class Decides(ApiView):
    write_groups = EVERYONE

    def post(self, request):
        require_match(request, "v7")
        return Response({"decided": True})


router = DefaultRouter()
router.include_root_view = False
router.include_format_suffixes = False
router.register("bands", Bands)

urlpatterns = [
    path("api/v1/", include(router.urls)),
    path("api/v1/echo/", Echo.as_view()),
    path("api/v1/fails/<str:kind>/", Fails.as_view()),
    path("api/v1/payments/", Pays.as_view()),
    path("api/v1/reports/figures/", Figures.as_view()),
    path("api/v1/decisions/", Decides.as_view()),
    *real.urlpatterns,
]
