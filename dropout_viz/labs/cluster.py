"""A Dask cluster as the workers of a lab, by the address of its scheduler. Dask is an extra, imported only here."""

from __future__ import annotations

import logging
import re
import socket
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager, suppress
from typing import Any

from dropout_viz import __version__
from dropout_viz.errors import RunError, UserError

PATIENCE = 5.0
"""Seconds that a scheduler has for its first answer."""
GONE = 20.0
"""Seconds without the scheduler, or without any worker, after which nothing more is hoped for."""
_EVERY = 1.0  # seconds between two looks at the cluster


class Cluster:
    """Workers of a Dask cluster. They need this version of dropout-viz, and their own copy of data that are downloaded.

    The scheduler gives what a dead worker had under way to another. Workers elsewhere cannot tell how far they are.
    """

    ahead, board, joins = 1000, False, False

    def __init__(self, address: str) -> None:
        """Check an address, ``HOST:PORT``, without connecting. Raises ``UserError``; also where Dask is missing."""
        if not re.fullmatch(r"((tcp|tls)://)?([^\s/:]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}", address):
            raise UserError(f"--dask {address}: must be HOST:PORT, the address of a Dask scheduler")
        try:
            import distributed  # noqa: F401
        except ImportError:
            raise UserError("--dask: Dask is not installed; must be: pip install 'dropout-viz[dask]'") from None
        self.address, self.where = address, f"a worker of the cluster at {address}"
        self._client: Any = None
        self._looked = self._seen = 0.0

    @contextmanager
    def executor(self) -> Iterator[Executor]:
        """Yield an executor on the cluster; what it has not finished in the end is given up.

        Raises:
            UserError: no scheduler answers, it has no workers, or they lack this program. RunError: one piece of work
                has killed several workers.
        """
        import distributed

        self._knock()
        make_client: Any = distributed.Client

        for name in tuple(logging.root.manager.loggerDict):
            if name.split(".")[0] == "distributed":
                logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what a user must know is said in one line
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of versions that differ a little
            try:
                self._client = make_client(self.address, timeout=PATIENCE, set_as_default=False)
            except (OSError, ValueError):
                raise self._nobody() from None
        try:
            self._check_workers()
            yield self._client.get_executor(pure=False)
        except distributed.KilledWorker:
            raise RunError(
                f"{self.where}: several died over the same part; what is finished is kept: it may need more memory"
            ) from None
        except CancelledError:
            raise RunError(f"the cluster at {self.address} has gone; what is finished is kept") from None
        except ModuleNotFoundError as error:
            raise self._bare(error) from None
        finally:
            self._client.close(timeout=2)
            self._client = None

    def _knock(self) -> None:
        """Refuse an address at which nobody listens: Dask's client would leave a thread behind."""
        host, port = self.address.split("://")[-1].rsplit(":", 1)
        try:
            socket.create_connection((host.strip("[]"), int(port)), PATIENCE).close()
        except (OSError, OverflowError, UnicodeError):
            raise self._nobody() from None

    def _nobody(self) -> UserError:
        return UserError(
            f"--dask {self.address}: no Dask scheduler answers there within {PATIENCE:g} s; "
            "must be the address of one that runs"
        )

    def _bare(self, error: ModuleNotFoundError) -> UserError:
        return UserError(f"--dask {self.address}: {error} on a worker; must be dropout-viz {__version__}")

    def _check_workers(self) -> None:
        """Refuse a cluster that cannot do the work, or would do another version's."""
        with suppress(TimeoutError):  # workers that were started with it may be a moment behind
            self._client.wait_for_workers(1, timeout=PATIENCE)
        try:
            versions = set(self._client.run(_version).values())
        except ModuleNotFoundError as error:
            raise self._bare(error) from None
        if not versions:
            raise UserError(f"--dask {self.address}: the cluster has no workers; must have at least one")
        if versions != {__version__}:
            raise UserError(
                f"--dask {self.address}: workers have dropout-viz {', '.join(sorted(versions))}; must be {__version__}"
            )
        self._looked = self._seen = time.monotonic()

    def lost(self) -> str:
        """Return why nothing more will come: the scheduler, or every worker, has been gone for a while; or ``""``."""
        now = time.monotonic()
        if now - self._looked < _EVERY:
            return ""
        self._looked = now
        try:
            there = self._client.status == "running"
            if there and self._client.nthreads():
                self._seen = now
        except OSError:
            there = False
        if now - self._seen < GONE:
            return ""
        who = "its workers have" if there else "the scheduler has"
        return f"the cluster at {self.address}: {who} been gone for {GONE:g} s"


def _version() -> str:
    """Return a worker's version of this program."""
    return __version__
