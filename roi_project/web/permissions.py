"""What a caller may do here, told by the view as groups and scopes."""

from rest_framework.permissions import SAFE_METHODS, BasePermission

from roi_project.access.selectors import audience_for


class InGroups(BasePermission):
    """Reading needs one of `view.read_groups`, writing one of `view.write_groups`; a view that names none has none.

    A token also needs one of `view.read_scopes` ({"read"}) or `view.write_scopes` ({"write"}).
    """

    def has_permission(self, request, view) -> bool:
        if not (request.user and request.user.is_authenticated):
            return False
        audience = audience_for(request)
        reading = request.method in SAFE_METHODS
        groups = getattr(view, "read_groups" if reading else "write_groups", frozenset())
        scopes = getattr(view, "read_scopes", {"read"}) if reading else getattr(view, "write_scopes", {"write"})
        if audience.scopes is not None and not audience.scopes & frozenset(scopes):
            self.message = f"This token lacks the scope {' or '.join(sorted(scopes))}."
            return False
        act = "Reading" if reading else "Writing"
        self.message = f"{act} this is for {', '.join(sorted(groups))}." if groups else f"{act} this is for nobody."
        return audience.within(frozenset(groups))
