"""Doors: what is not for somebody does not exist for them."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.views.decorators.cache import never_cache

from cascade import permissions


def only(may_enter):
    """Log-in first; then a page that does not exist for anybody but those whom `may_enter(user)` lets in."""

    def decorate(view):
        @wraps(view)
        def checked(request, *args, **kwargs):
            if not may_enter(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return never_cache(login_required(checked))

    return decorate


trainers = only(permissions.can_enter)
readers = only(permissions.can_see_tree)
leads = only(permissions.can_license)
