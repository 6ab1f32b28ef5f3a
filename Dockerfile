# The appliance. Everything that builds stays in the first stages; the last one has Python and our code, no pip, no compiler.

# Where no wheel of pysqlite3 fits (Linux on arm64) it is compiled here; --build-arg SQLITE=compiled does so anywhere.
ARG SQLITE=${TARGETARCH}

FROM debian:trixie-slim AS python
# Debian's packages are not pinned: a rebuild is how its security fixes arrive.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates python3 \
 && rm -rf /var/lib/apt/lists/*

FROM python AS builder
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3-hatchling python3-pip \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY requirements.txt .

FROM builder AS sqlite-amd64
RUN mkdir /wheels

FROM builder AS sqlite-compiled
ARG AMALGAMATION=better-sqlite3@13.2.0
ARG AMALGAMATION_SHA256=75a4760a7b9727a4c4c877aec92eacf39e52a8f2921ce00bd33be6d3a8e8e254
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends gcc libc6-dev npm python3-dev python3-setuptools \
 && rm -rf /var/lib/apt/lists/*
# The markers of our requirement leave this platform out, its hashes do not.
RUN sed -n '/^pysqlite3==/,/# via/p' requirements.txt | sed 's/ ;[^\\]*/ /' > pysqlite3.txt \
 && pip download --no-deps --no-build-isolation --require-hashes --no-binary pysqlite3 --requirement pysqlite3.txt \
 && npm pack --silent "$AMALGAMATION" \
 && tar -xzf pysqlite3-*.tar.gz --one-top-level=source --strip-components=1 \
 && tar -xzf better-sqlite3-*.tgz --directory=source --strip-components=3 package/deps/sqlite3 \
 && echo "$AMALGAMATION_SHA256  source/sqlite3.c" | sha256sum --check --quiet \
 && pip wheel --no-deps --no-build-isolation --wheel-dir=/wheels ./source

# hadolint ignore=DL3006
FROM sqlite-compiled AS sqlite-arm64

# hadolint ignore=DL3006
FROM sqlite-${SQLITE} AS build
WORKDIR /build
RUN python3 -m venv --without-pip /opt/trulybot
# Byte code is made once, here, and believed without looking: the final file system is read-only.
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python=/opt/trulybot/bin/python install --no-compile --require-hashes --requirement=requirements.txt \
 && find /wheels -name '*.whl' -exec pip --python=/opt/trulybot/bin/python install --no-compile --no-deps --force-reinstall {} + \
 && python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/trulybot/lib
COPY pyproject.toml README.md ./
COPY docs docs
COPY templates templates
COPY trulybot trulybot
COPY control_plane control_plane
RUN pip wheel --no-deps --no-build-isolation --wheel-dir=/dist . \
 && pip --python=/opt/trulybot/bin/python install --no-cache-dir --no-compile --no-deps /dist/*.whl \
 && python3 -m compileall -q --invalidation-mode unchecked-hash \
    /opt/trulybot/lib/python3.*/site-packages/trulybot /opt/trulybot/lib/python3.*/site-packages/control_plane

FROM python
# No program is to run as anybody else. The folders are a workspace's and the control plane's: a new volume takes its
# first owner from here.
RUN find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
 && install --directory --owner=10001 --group=10001 --mode=0700 /data /srv/control \
 && install --directory --mode=0755 /srv/root
COPY --from=build /opt/trulybot /opt/trulybot
COPY --chmod=0755 trulybot/kit/is_up.py /usr/bin/is-up
ENV PATH=/opt/trulybot/bin:/usr/bin:/bin \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    TRULYBOT_HOST=0.0.0.0 \
    TRULYBOT_PORT=8000 \
    TRULYBOT_DATA=/data
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --start-interval=1s --retries=3 \
    CMD ["sh", "-c", "is-up $TRULYBOT_PORT"]
ENTRYPOINT ["trulybot"]
CMD ["serve"]
