"""What Rostrum costs and withstands, measured against the least that Django can do.

`make bench` seeds the sample course in a folder of its own and serves it with one web process, so
that the server and not the client is the bound. Beside the site, the same process serves two
floors: a page (session, authentication and CSRF middleware, one query of 40 rows, one template)
and a POST (the same middleware, one inserted row). What is printed is processor time per request
and its ratio to the floor, medians over rounds that take turns.
"""
