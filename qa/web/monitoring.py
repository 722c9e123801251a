"""`/healthz` for whoever starts and restarts the page, `/metrics` for Prometheus."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from index.generations import IndexUnusable
from qa.web.asker import NOBODY, asker_of
from qa.web.gate import HEALTH
from qa.web.reception import Reception

METRICS = "/metrics"
PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8"


def monitoring_routes(reception: Reception) -> APIRouter:
    """Return the two routes; the gate leaves only the first open."""
    router = APIRouter()

    @router.api_route(HEALTH, methods=["GET", "HEAD"])
    def health(request: Request) -> JSONResponse:
        try:
            with reception.live.reader() as reader:
                generation = reader.generation
        except IndexUnusable:
            return JSONResponse({"status": "no index"}, status_code=503)
        known = {} if asker_of(request) is NOBODY else {"generation": generation}
        return JSONResponse({"status": "ok"} | known)

    @router.get(METRICS)
    def metrics() -> Response:
        return Response(reception.metrics.text(), media_type=PROMETHEUS_TEXT)

    return router
