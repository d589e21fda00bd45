"""A thread that nobody waits for any longer does not end the program by being there."""

from __future__ import annotations

import subprocess
import sys

_SCRIPT = """
import threading, time
from dropout_viz.late_threads import leave
begun = threading.Event()
def job():
    begun.set()
    time.sleep(0.3)
    print("came to its end", flush=True)
thread = threading.Thread(target=job, daemon=True)
thread.start()
begun.wait()
leave(thread)
raise SystemExit(3)
"""


def test_it_comes_to_its_end_and_the_status_stays() -> None:
    done = subprocess.run([sys.executable, "-P", "-c", _SCRIPT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (3, "came to its end\n", "")
