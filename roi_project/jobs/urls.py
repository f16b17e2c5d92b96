from rest_framework.routers import SimpleRouter

from roi_project.jobs.views import JobViewSet

router = SimpleRouter(use_regex_path=False)
router.register("jobs", JobViewSet, basename="jobs")

urlpatterns = router.urls
