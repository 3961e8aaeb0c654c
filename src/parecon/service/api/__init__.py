"""The service for programs: tokens, an interface over the same commands as the pages, and files of rows in and out."""
