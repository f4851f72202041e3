# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PROJECT_ENVIRONMENT=/app/.venv
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
# Dependencies first: this layer is kept until the lock file changes.
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-dev --no-install-project
# The project's own build brings the front-end files from npm; Node stays in this stage.
COPY . .
RUN uv sync --frozen --no-dev \
 && rm -rf node_modules
# Nothing is connected to here: the settings only have to be there, and none of these values is kept.
RUN SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(48))") \
    DATABASE_URL=postgres://nowhere REDIS_URL=redis://nowhere DJANGO_SETTINGS_MODULE=trainingsite.settings.production \
    .venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /app fairlead
WORKDIR /app
COPY --from=build /app /app
# What the volumes are mounted over must belong to the user already.
RUN install -d -o fairlead -g fairlead var var/media var/private && install -d -m 700 -o fairlead -g fairlead var/keys
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=trainingsite.settings.production
USER fairlead
EXPOSE 8000
CMD ["gunicorn", "--config=deploy/gunicorn.conf.py", "trainingsite.wsgi"]
