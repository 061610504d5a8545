# Rostrum's image, for web and worker alike; docker-compose.yml says what each runs.
FROM python:3.11-slim-trixie AS build
WORKDIR /build
COPY requirements/bootstrap.txt requirements/base.txt ./
RUN python -m venv /opt/venv \
    && pip install --no-cache-dir --require-hashes -r bootstrap.txt \
    && uv pip install --no-cache --require-hashes --python /opt/venv/bin/python -r base.txt

FROM python:3.11-slim-trixie
# For `manage.py backup`: the client must be of the version of the server in docker-compose.yml.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*
# Owns nothing but what it writes: uploads, backups and collected static files.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin rostrum \
    && install --directory --owner rostrum --mode 750 /srv/rostrum-data /srv/rostrum-data/media \
    && install --directory --owner rostrum --mode 700 /srv/rostrum-backups
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/rostrum
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/srv/rostrum-data
RUN python -m compileall -q courseapp coursepage grading submissions schedule groups courses
USER rostrum
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--bind", "0.0.0.0", "--port", "8000", "--without-worker"]
