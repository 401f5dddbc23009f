"""What a monitor may ask of the web process. Own registry, so that a library's figures do not slip in."""

from prometheus_client import CollectorRegistry, Counter, Gauge

REGISTRY = CollectorRegistry()
TICKS_FAILED = Counter("signaltree_ticks_failed", "Runs of a tick that ended in an error", ["tick"], registry=REGISTRY)
TICKS_SKIPPED = Counter(
    "signaltree_ticks_skipped", "Runs left out because the one before still ran", ["tick"], registry=REGISTRY
)
TICK_SECONDS = Gauge("signaltree_tick_seconds", "How long a tick's last run took", ["tick"], registry=REGISTRY)
TICKER_HELD = Gauge("signaltree_ticker_held", "1 where this process does what is due by the clock", registry=REGISTRY)
QUEUE = Gauge("signaltree_queue_batches", "Batches that wait or are being sent", ["state"], registry=REGISTRY)
QUEUE_AGE = Gauge("signaltree_queue_age_seconds", "How long the oldest batch that is due has waited", registry=REGISTRY)
ROAD_DOWN = Gauge(
    "signaltree_road_down_seconds", "How long a road has been down; 0 while it is up", ["road", "channel"],
    registry=REGISTRY,
)  # fmt: skip
ROAD_WAITING = Gauge(
    "signaltree_road_waiting_copies", "Copies that wait for a road that is down", ["road", "channel"], registry=REGISTRY
)
WORKER_ALIVE = Gauge("signaltree_worker_alive", "1 while the worker's number moves", registry=REGISTRY)
FINDINGS = Gauge(
    "signaltree_watch_findings", "What the Watch finds wrong now, by kind and how grave", ["kind", "level"],
    registry=REGISTRY,
)  # fmt: skip
UNSEALED = Gauge("signaltree_record_unsealed", "Entries of the record that the last sealing found", registry=REGISTRY)
CALLBACKS = Counter(
    "signaltree_callbacks",
    "Callbacks that were proven, by what they were to us: new, or known already",
    ["platform", "result"],
    registry=REGISTRY,
)
CALLBACKS_REFUSED = Counter(
    "signaltree_callbacks_refused", "Callbacks that were refused", ["platform", "reason"], registry=REGISTRY
)
