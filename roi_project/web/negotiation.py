"""Which format an answer takes: `?format=` decides when given, else `Accept`."""

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation


class StrictNegotiation(DefaultContentNegotiation):
    """A format in the address wins over `Accept`, because spreadsheets cannot set one; an unknown one is a 406."""

    def select_renderer(self, request, renderers, format_suffix=None):
        asked = format_suffix or request.GET.get(self.settings.URL_FORMAT_OVERRIDE)
        if asked is None:
            return super().select_renderer(request, renderers)
        for renderer in renderers:
            if renderer.format == asked:
                return renderer, renderer.media_type
        raise NotAcceptable(available_renderers=renderers)
