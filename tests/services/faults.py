"""Ends a worker process at a chosen step, as a power cut would. Only in the processes that these tests start."""

import os
import signal
from importlib import import_module
from pathlib import Path

from django.apps import AppConfig

#: Step -> the function at whose beginning the process dies.
STEPS = {
    "before the claim": "certificates.services.issuing.claim",
    "before drawing": "certificates.services.issuing.make_document",
    "before storing": "certificates.services.issuing.store",
    "between file and mark": "certificates.services.issuing.mark_issued",
    "after the mark": "certificates.services.issuing.drop_other_files",
    "before the letter": "certificates.services.issuing.send_templated",
}


def plan(folder: Path, step: str) -> Path:
    """Let the next process that comes to `step` die there; the file returned is gone once one did."""
    mark = folder / f"die {step}"
    mark.touch()
    return mark


class FaultsConfig(AppConfig):
    name = "tests.services"
    label = "faults"

    def ready(self):
        for step, address in STEPS.items():
            module_name, _, name = address.rpartition(".")
            module = import_module(module_name)
            setattr(
                module, name, deadly(Path(os.environ["TEST_SCRATCH"]) / f"die {step}", getattr(module, name))
            )


def deadly(mark: Path, function):
    def run(*args, **kwargs):
        if mark.exists():
            mark.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)

    return run
