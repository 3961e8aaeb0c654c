"""The pages of parks: for members, and the keeper's desk."""

from django.urls import path

from parecon.service.parks import pages, pages_keeper, pages_opening

app_name = "parks"
urlpatterns = [
    path("park/", pages.home, name="home"),
    path("park/things/<slug:code>/", pages.kind, name="kind"),
    path("park/things/<slug:code>/book/", pages.book, name="book"),
    path("park/bookings/", pages.bookings, name="bookings"),
    path("park/bookings/<int:number>/cancel/", pages.cancel, name="cancel"),
    path("park/bookings/<int:number>/fetch/", pages.fetch, name="fetch"),
    path("park/bookings/<int:number>/back/", pages.bring_back, name="back"),
    path("park/account/", pages.account, name="account"),
    path("park/accounts/<slug:code>/", pages.account, name="account-of"),
    path("park/paper/", pages.paper, name="paper"),
    path("park/leave/", pages.leave, name="leave"),
    path("park/week/", pages.week, name="week"),
    path("park/keep/<slug:code>/", pages_keeper.keep, name="keep"),
    path("park/keep/<slug:code>/bookings/<int:number>/out/", pages_keeper.hand_out, name="hand-out"),
    path("park/keep/<slug:code>/bookings/<int:number>/back/", pages_keeper.take_back, name="take-back"),
    path("park/keep/<slug:code>/pieces/<str:label>/", pages_keeper.use, name="use"),
    path("park/keep/<slug:code>/bring/", pages_keeper.bring, name="bring"),
    path("park/keep/<slug:code>/join/", pages_keeper.join, name="join"),
    path("park/keep/<slug:code>/leave/", pages_keeper.leave, name="let-leave"),
    path("park/keep/<slug:code>/needs/", pages_keeper.needs, name="needs"),
    path("park/keep/<slug:code>/month/", pages_keeper.close_month, name="close-month"),
    path("councils/of/<slug:code>/park/open/", pages_opening.open_park, name="open"),
]
