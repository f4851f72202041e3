"""The entry for web servers."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trainingsite.settings.production")
application = get_wsgi_application()

# A page makes some ten thousand short-lived objects. With Python's own thresholds the collector runs dozens of
# times a request and takes up to a third of its time (make bench shows it); what was loaded above never dies.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 10, 50)
