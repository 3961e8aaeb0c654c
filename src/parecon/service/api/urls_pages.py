"""The pages of tokens and of files of rows."""

from django.urls import path

from parecon.service.api import pages, pages_files

app_name = "programs"
urlpatterns = [
    path("me/tokens/", pages.tokens, name="tokens"),
    path("me/tokens/<int:number>/revoke/", pages.revoke, name="revoke"),
    path("programs/", pages.endpoints, name="endpoints"),
    path("files/", pages_files.files, name="files"),
    path("files/statement.csv", pages_files.statement, name="statement"),
    path("files/things.csv", pages_files.things, name="things"),
    path("files/items.csv", pages_files.items, name="items"),
    path("files/households.csv", pages_files.households, name="households"),
    path("files/entries.csv", pages_files.entries, name="entries"),
    path("files/sent/<int:number>/", pages_files.batch, name="batch"),
    path("files/send/<slug:kind>/", pages_files.send, name="send"),
]
