"""Properties are tried without a clock, so that a busy machine fails nothing, and the same way every time."""

from hypothesis import settings

settings.register_profile("engine", deadline=None, derandomize=True)
settings.load_profile("engine")
