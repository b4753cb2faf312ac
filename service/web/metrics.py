"""Metrics for Prometheus: how late each lane is, what is open, what was sent with which outcome. Counts only."""

from __future__ import annotations

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from service.usecases.deps import Deps
from service.usecases.measures import measures


def metrics_blueprint(deps: Deps) -> Blueprint:
    """`/metrics`, read from the store at the moment of asking: the same in every process."""
    blueprint = Blueprint("metrics", __name__)

    @blueprint.get("/metrics")
    def tell() -> Response:
        registry = CollectorRegistry()
        for measure in measures(deps):
            gauge = Gauge(measure.name, measure.help, list(measure.labels), registry=registry)
            for labels, value in measure.values:
                (gauge.labels(*labels) if labels else gauge).set(value)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return blueprint
