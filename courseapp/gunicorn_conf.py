"""How gunicorn serves the site: `gunicorn --config python:courseapp.gunicorn_conf`."""

from __future__ import annotations

import os

workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
# Threads keep a slow upload from holding a whole process.
worker_class = "gthread"
threads = 4
timeout = 120
graceful_timeout = 8
keepalive = 15
# By default it speaks only of what goes wrong; the proxy writes the access log.
loglevel = (os.environ.get("LOG_LEVEL") or "WARNING").lower()
# Django alone decides, by TRUST_PROXY, whether forwarding headers are believed.
forwarded_allow_ips = ""
# Nothing asks the running server for its state but /healthz.
control_socket_disable = True
