"""The web server in service. Threads hold slow requests; processes use the cores."""

import os

bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")  # inside a container, behind the proxy
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "gthread"
timeout = 60
graceful_timeout = 30
keepalive = 5
limit_request_line = 0  # a long search is the application's to answer
max_requests = 5_000
max_requests_jitter = 500
control_socket_disable = True
accesslog = None
