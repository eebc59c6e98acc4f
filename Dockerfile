# syntax=docker/dockerfile:1
# Two stages: the first builds the environment, the second runs it as an unprivileged user.
#   docker build --tag understudy .
#   docker run --publish 8080:8080 --volume understudy:/var/lib/understudy --env UNDERSTUDY_WEB_CONSOLE_TOKEN=... understudy
# The token opens the console; without one the server refuses to listen beyond loopback.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements-install.lock requirements.lock ./
RUN python -m venv /opt/understudy \
    && /opt/understudy/bin/pip install --require-hashes -r requirements-install.lock \
    && /opt/understudy/bin/uv pip install --no-config --no-cache --compile-bytecode \
        --python /opt/understudy/bin/python --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY src src
RUN /opt/understudy/bin/pip install --no-deps --no-build-isolation . \
    && /opt/understudy/bin/pip uninstall --yes uv

FROM python:${PYTHON}
# tini reaps the embedded database's processes; the user's id is fixed, so that a volume keeps its owner.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 understudy \
    && useradd --uid 10001 --gid understudy --home-dir /var/lib/understudy --create-home --shell /usr/sbin/nologin understudy
COPY --from=build /opt/understudy /opt/understudy
ENV PATH=/opt/understudy/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    UNDERSTUDY_DATABASE_DATA_DIR=/var/lib/understudy/data
USER understudy
WORKDIR /var/lib/understudy
VOLUME /var/lib/understudy
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/readyz', timeout=2)"]
ENTRYPOINT ["tini", "--", "understudy"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
