"""The pages of the register of collectables: for members, then for registrars."""

from django.urls import path

from parecon.service.register import pages, pages_registrar

app_name = "register"
urlpatterns = [
    path("register/", pages.everything, name="all"),
    path("register/<int:number>/", pages.entry, name="entry"),
    path("register/<int:number>/reply/", pages.reply, name="reply"),
    path("register/<int:number>/bring/", pages.bring, name="bring"),
    path("register/offers/", pages.offers, name="offers"),
    path("register/offers/<int:number>/withdraw/", pages.withdraw, name="withdraw"),
    path("register/museum/", pages.museum, name="museum"),
    path("register/paper/<slug:which>/", pages.paper, name="paper"),
    path("register/classify/", pages_registrar.classify, name="classify"),
    path("register/enter/", pages_registrar.enter, name="enter"),
    path("register/find/", pages_registrar.find, name="find"),
    path("register/death/", pages_registrar.death, name="death"),
    path("register/closing/", pages_registrar.close, name="closing"),
]
