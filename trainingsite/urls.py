"""Every mount point on one screen; Wagtail's pages last."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls

from accounts.cms import AccountView, login_door
from trainingsite import health

admin.site.login = secure_admin_login(admin.site.login)
# Log-in forms that know only a password would go round the second factor: all lead to allauth.
to_login = login_not_required(RedirectView.as_view(pattern_name="account_login", query_string=True))

handler500 = "library.views.server_error"

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("cms/login/", login_door),
    path("_util/login/", to_login),
    path("django-admin/login/", to_login),
    path("cms/account/", require_admin_access(AccountView.as_view())),
    path("cms/", include(wagtailadmin_urls)),
    path("django-admin/", admin.site.urls),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("allauth.urls")),
    path("my/", include("accounts.urls")),
    path("", include("jobs.urls")),
    path("", include("library.urls")),
    path("", include("courses.urls")),
    path("", include("quizzes.urls")),
    path("", include("cohorts.urls")),
    path("", include("bookings.urls")),
    path("", include("attendance.urls")),
    path("", include("evaluation.urls")),
    path("", include("cascade.urls")),
    path("", include("cpd.urls")),
    path("", include("certificates.sealing.urls")),  # before certificates: verify/<number>/ takes any word
    path("", include("certificates.urls")),
    path("", include("certificates.badges.urls")),
    path("", include("reports.urls")),
]
if settings.DEBUG:
    from trainingsite import mailbox

    urlpatterns += [path("dev/mail/", mailbox.inbox), path("dev/mail/<int:number>/", mailbox.message)]
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
urlpatterns += [path("", include(wagtail_urls))]
