# The chat page. Articles are mounted at /articles, the index is kept in the volume /index.
FROM python:3.11-slim AS build
COPY requirements.txt /
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r /requirements.txt

FROM python:3.11-slim
RUN groupadd --gid 10001 page \
    && useradd --uid 10001 --gid page --no-create-home --home-dir /tmp --shell /usr/sbin/nologin page \
    && install -d -o page -g page /articles /index
COPY --from=build /venv /venv
WORKDIR /app
COPY corpus/ corpus/
COPY index/ index/
COPY qa/ qa/
COPY ui.py ./
ENV PATH="/venv/bin:$PATH" \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_TEMP_DIR=/tmp/gradio \
    QA_ARTICLES_DIR=/articles \
    QA_INDEX_DIR=/index
USER 10001:10001
VOLUME /index
EXPOSE 7860
# The first start indexes before it answers.
HEALTHCHECK --start-period=15m --interval=30s --timeout=10s \
    CMD ["python", "-c", "import http.client, sys; page = http.client.HTTPConnection('127.0.0.1', 7860, timeout=8); page.request('GET', '/healthz'); sys.exit(page.getresponse().status != 200)"]
CMD ["python", "ui.py"]
