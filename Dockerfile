FROM python:3.13-slim-trixie AS build
WORKDIR /srv/kinerja
RUN python -m venv .venv
COPY requirements.lock .
RUN .venv/bin/python -m pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
COPY alembic.ini pyproject.toml README.md ./
COPY migrations migrations
COPY openapi openapi
COPY src src
RUN .venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation -e .

FROM python:3.13-slim-trixie
# A name in /etc/passwd is what the embedded PostgreSQL asks for; its data belong on a volume.
RUN useradd --system --user-group --create-home --home-dir /var/lib/kinerja kinerja
WORKDIR /srv/kinerja
COPY --from=build /srv/kinerja /srv/kinerja
ARG BUILD_COMMIT=""
ENV PATH=/srv/kinerja/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    KINERJA_BUILD_COMMIT=$BUILD_COMMIT \
    KINERJA_DATA_DIR=/var/lib/kinerja
USER kinerja
VOLUME /var/lib/kinerja
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=60s --retries=4 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["kinerja", "serve", "--host", "0.0.0.0", "--port", "8000"]
