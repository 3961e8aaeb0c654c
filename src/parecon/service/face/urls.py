"""The pages that are no institution's: home, coming in and going out, the language."""

from django.urls import path

from parecon.service.face import pages
from parecon.service.face.invitation import invitation

app_name = "face"
urlpatterns = [
    path("", pages.home, name="home"),
    path("sign-in/", pages.SignInPage.as_view(), name="sign-in"),
    path("sign-out/", pages.sign_out, name="sign-out"),
    path("second-proof/", pages.second_proof, name="second-proof"),
    path("second-proof/set-up/", pages.set_up_second_proof, name="set-up-second-proof"),
    path("invitation/", invitation, name="invitation"),
    path("invitation/<str:code>/", invitation, name="invitation"),
    path("language/", pages.language, name="language"),
]
