"""The addresses of people's pages."""

from django.urls import path

from parecon.service.people import pages, pages_councils, pages_own, pages_paper

app_name = "people"
urlpatterns = [
    path("me/", pages_own.me, name="me"),
    path("me/reached/", pages_own.reached, name="reached"),
    path("me/password/", pages_own.password, name="password"),
    path("me/export/", pages_own.export, name="export"),
    path("me/forget/", pages_own.erase, name="forget-me"),
    path("at-the-desk/", pages_own.desk, name="desk"),
    path("at-the-desk/finish/", pages_own.finish, name="finish"),
    path("members/", pages.members, name="members"),
    path("members/cards/", pages_paper.cards, name="cards"),
    path("members/<int:number>/", pages.member, name="member"),
    path("members/<int:number>/describe/", pages.describe, name="describe"),
    path("members/<int:number>/invite/", pages.invite, name="invite"),
    path("members/<int:number>/leave/", pages.leave, name="leave"),
    path("members/<int:number>/join/", pages.join, name="join"),
    path("members/<int:number>/forget/", pages.erase, name="forget"),
    path("members/<int:number>/card/", pages_paper.card, name="card"),
    path("households/add/", pages.add_household, name="add-household"),
    path("households/form/", pages_paper.household, name="paper-household"),
    path("households/changes/", pages_paper.move, name="paper-change"),
    path("households/<int:number>/add/", pages.add_member, name="add-member"),
    path("households/<int:number>/move/", pages.move, name="move"),
    path("councils/", pages_councils.councils, name="councils"),
    path("councils/add/", pages_councils.add_council, name="add-council"),
    path("councils/of/<slug:code>/", pages_councils.council, name="council"),
    path("councils/of/<slug:code>/affiliate/", pages_councils.affiliate, name="affiliate"),
    path("councils/of/<slug:code>/mandate/", pages_councils.give, name="give-mandate"),
    path("affiliations/<int:number>/end/", pages_councils.end_affiliation, name="end-affiliation"),
    path("mandates/", pages_councils.mandates, name="mandates"),
    path("mandates/<int:number>/", pages_paper.mandate, name="certificate"),
    path("mandates/<int:number>/end/", pages_councils.end_mandate, name="end-mandate"),
]
