import pytest


@pytest.fixture(autouse=True)
def _doors_of_these_tests(settings):
    settings.ROOT_URLCONF = "tests.ground.web.urls"
