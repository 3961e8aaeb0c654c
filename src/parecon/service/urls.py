"""Where the pages are; each part of the service has a list of its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("parecon.service.face.urls")),
    path("", include("parecon.service.people.urls")),
    path("", include("parecon.service.desk.urls")),
    path("", include("parecon.service.parks.urls")),
    path("", include("parecon.service.register.urls")),
    path("api/", include("parecon.service.api.urls")),
    path("", include("parecon.service.api.urls_pages")),
]
