"""Python's collector, made calm for a process that serves: imports nothing, the worker uses it too."""

import gc


def calm_collector() -> None:
    """What is loaded stays loaded, and a request leaves hardly any cycle: collecting at the usual pace took a fifth of
    the CPU per message, and a full round stops the loop for a tenth of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
