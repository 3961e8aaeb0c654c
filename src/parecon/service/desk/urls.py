"""The pages of the second-hand desk: for everybody, for members, for clerks, for stewards and treasurers."""

from django.urls import path

from parecon.service.desk import (
    pages_books,
    pages_bring,
    pages_closing,
    pages_desk,
    pages_find,
    pages_item,
    pages_money,
    pages_requests,
    pages_rules,
    pages_schedule,
    pages_stores,
    pages_watch,
)

app_name = "desk"
urlpatterns = [
    # for everybody, also without signing in
    path("schedule/", pages_schedule.schedule, name="schedule"),
    path("schedule.csv", pages_schedule.schedule_csv, name="schedule-csv"),
    path("schedule/<slug:code>/", pages_schedule.good, name="good"),
    path("rules/", pages_rules.shown, name="rules"),
    path("stores/", pages_schedule.stores, name="stores"),
    path("paper/", pages_schedule.paper, name="paper"),
    # for members: bringing
    path("bring/", pages_bring.bring, name="bring"),
    path("things/", pages_bring.things, name="things"),
    path("things/<str:label>/", pages_bring.thing, name="thing"),
    path("things/<str:label>/slip/", pages_bring.slip, name="slip"),
    path("things/<str:label>/photograph/", pages_bring.photograph, name="photograph"),
    path("things/<str:label>/withdraw/", pages_bring.withdraw, name="withdraw"),
    path("things/<str:label>/take-back/", pages_bring.take_back, name="take-back"),
    path("things/<str:label>/accept/", pages_bring.accept, name="accept"),
    path("things/<str:label>/ask-again/", pages_bring.ask_again, name="ask-again"),
    path("things/<str:label>/receipt/", pages_bring.receipt, name="receipt"),
    # for members: finding
    path("find/", pages_find.find, name="find"),
    path("find/<str:label>/", pages_find.item, name="item"),
    path("photos/<int:number>.jpg", pages_find.photo, name="photo"),
    path("find/<str:label>/request/", pages_requests.request_item, name="request"),
    path("wait/", pages_requests.wait, name="wait"),
    path("requests/", pages_requests.mine, name="requests"),
    path("requests/<int:number>/", pages_requests.paper, name="request-paper"),
    path("requests/<int:number>/cancel/", pages_requests.cancel, name="cancel"),
    path("l/<str:label>/", pages_find.scanned, name="scanned"),
    # for clerks
    path("desk/", pages_desk.today, name="today"),
    path("desk/choose/", pages_desk.choose, name="choose"),
    path("desk/scan/", pages_desk.scan, name="scan"),
    path("desk/member/", pages_desk.member, name="member"),
    path("desk/labels/", pages_desk.sheet, name="labels"),
    path("desk/carrying/", pages_desk.carrying, name="carrying"),
    path("desk/carrying/send/", pages_desk.send_several, name="send-several"),
    path("desk/requests/<int:number>/hand-over/", pages_desk.hand_over, name="hand-over"),
    path("desk/requests/<int:number>/receipt/", pages_desk.receipt, name="receipt-over"),
    path("desk/things/<str:label>/", pages_item.at_desk, name="at-desk"),
    path("desk/things/<str:label>/receive/", pages_item.receive, name="receive"),
    path("desk/things/<str:label>/arrive/", pages_item.arrive, name="arrive"),
    path("desk/things/<str:label>/inspect/", pages_item.inspect, name="inspect"),
    path("desk/things/<str:label>/photographs/<int:number>/hide/", pages_item.hide, name="hide"),
    path("desk/things/<str:label>/<slug:what>/", pages_item.work, name="work"),
    # the books
    path("account/", pages_books.statement, name="statement"),
    path("accounts/", pages_books.accounts, name="accounts"),
    path("accounts/<int:number>/", pages_books.account, name="account"),
    path("books/end/", pages_books.head, name="head"),
    path("books/verified/", pages_books.verified, name="verified"),
    path("books/watch/", pages_watch.watch, name="watch"),
    path("years/", pages_closing.years, name="years"),
    path("years/<int:number>/", pages_closing.account_of_year, name="year"),
    # for stewards
    path("closings/", pages_closing.closings, name="closings"),
    path("closings/rules/", pages_rules.decide, name="decide"),
    path("closings/month/", pages_closing.close_month, name="close-month"),
    path("closings/<int:number>/", pages_closing.close_year, name="close-year"),
    # for organisers
    path("councils/of/<slug:code>/store/open/", pages_stores.open_store, name="open-store"),
    path("councils/of/<slug:code>/store/", pages_stores.describe_store, name="describe-store"),
    # for treasurers
    path("payments/", pages_money.payments, name="payments"),
    path("payments/allowances/", pages_money.allowances, name="allowances"),
    path("payments/single/", pages_money.pay, name="pay"),
    path("payments/correct/", pages_money.correct, name="correct"),
]
