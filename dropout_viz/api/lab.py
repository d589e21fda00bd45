"""Labs as functions: a question that many runs answer, and the answer as tables."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dropout_viz.api.run import Run
from dropout_viz.api.table import DataTable
from dropout_viz.data import memory
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import to_toml
from dropout_viz.errors import UserError, nearest
from dropout_viz.files import path_of, write_text
from dropout_viz.labs import files
from dropout_viz.labs.lab import LabResult, Tell, load_lab
from dropout_viz.labs.options import Options, make, source_key
from dropout_viz.labs.store import Store
from dropout_viz.labs.terminal import ProgressLines


class LabAnswer(DataTable):
    """What a lab found: a row for each number, with ``name``, ``published``, ``measured``, ``tolerance`` (the
    criterion), ``verdict`` and ``note``.

    Attributes:
        lab: its key. title, question, source: what was asked, and where the published figures stand.
        options: what was chosen, by name. seconds: that it took.
        verdict: on the whole: ``"agrees"``, ``"disagrees"`` or ``"undecided"``; what was found (``"helps"``,
            ``"hurts"``), where nothing was published to be held against it. answer: in a sentence.
        notes: sentences on how to read the numbers, and on what differs from the source.
        tables: the numbers of its pictures, and more, by name.
    """

    def __init__(self, key: str, options: Options, result: LabResult, seconds: float) -> None:
        """Take over what was found."""
        about = load_lab(key)
        found = files.as_json(key, result)["results"]
        rows = [{**row, "note": finding.note} for row, finding in zip(found, result.results, strict=True)]
        super().__init__(rows, (*files.COLUMNS, "note"))
        self.lab, self.title, self.question, self.source = key, about.TITLE, about.QUESTION, about.SOURCE
        self.options: dict[str, Any] = options.model_dump()
        self.seconds, self.verdict, self.answer = seconds, str(result.verdict), result.told
        self.notes: tuple[str, ...] = tuple(result.notes)
        self.tables: dict[str, DataTable] = {
            figure.name: _table(figure.columns, list(figure.rows())) for figure in result.figures
        }
        self.tables |= {table.name: _table(table.columns, list(table.rows)) for table in result.tables}
        self._options, self._result = options, result

    def save(self, folder: str | Path) -> list[Path]:
        """Write ``result.json``, a CSV for each table and a PNG for each picture, as ``lab NAME --out`` does.

        The folder is made if it is not there. Returns the files. Raises ``UserError`` where it cannot be written.
        """
        place = path_of(folder)
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"{place}: {error.strerror}; must be a folder, or a place for one") from None
        written = files.write(place, self.lab, self._options, self._result, self.seconds, self.source)
        if self._result.figures:
            from dropout_viz.api.drawing import drawing

            with drawing():
                from dropout_viz.app.labs.pictures import write_pictures

                chosen = json.dumps(self._options.model_dump(mode="json"))
                about = {"lab": self.lab, "source": self.source, "options": chosen}
                written += write_pictures(place, self._result.figures, about)
        return written

    def __repr__(self) -> str:
        return f"{self.title}: {self.verdict}. {self.answer}\n{super().__repr__()}"

    def _repr_html_(self) -> str:
        """Return the answer and its numbers as a notebook shows them."""
        head = f"<p><b>{escape(self.title)}: {escape(self.verdict)}.</b> {escape(self.answer)}</p>"
        notes = "".join(f"<p><small>{escape(note)}</small></p>" for note in self.notes)
        return f"{head}{super()._repr_html_()}<p><small>Source: {escape(self.source)}</small></p>{notes}"


def _table(columns: Sequence[str], rows: list[tuple[Any, ...]]) -> DataTable:
    plain = [[value.item() if hasattr(value, "item") else value for value in row] for row in rows]
    return DataTable([dict(zip(columns, row, strict=True)) for row in plain], columns)


def lab(name: str, *, fresh: bool = False, **options: Any) -> LabAnswer:
    """Ask a lab's question and return its answer; finished parts are kept, so that asking again takes no time.

    Args:
        name: its key: ``dropout_viz.listing("labs")``. fresh: use nothing that earlier runs have kept.
        options: its own, as ``lab NAME --help`` tells them, with _ for -: ``seeds=50``. Lists are lists. What is
            trained may be a ``Run`` or a ``RunConfig`` too, of your own arrays also: its settings, from step 0.

    Returns:
        The answer, a table of its numbers. What takes long says on standard error now and then how far it is.

    Raises:
        UserError: no such lab or option, or a value that is not allowed. KeyboardInterrupt: what was finished is kept.

    >>> lab("mixability", populations=1)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    dropout_viz.errors.UserError: populations: the lab 'mixability' has no such option; it takes ...
    """
    about = load_lab(name)
    known = list(about.Options.model_fields)
    for key in options:
        if key not in known:
            hint = nearest(key, known)
            raise UserError(f"{key}: the lab '{name}' has no such option{hint}; it takes {', '.join(known)}")
    with _with_files(about.Options, options) as given:
        chosen = make(about.Options, given)
        tell = Tell(ProgressLines(about.TITLE), store=Store(reading=not fresh))
        begun = time.perf_counter()
        result = about.run(chosen, tell)
    told = {key: str(one) for key, one in options.items() if isinstance(one, Run)}
    told |= {key: one.title or one.data for key, one in options.items() if isinstance(one, RunConfig)}
    return LabAnswer(name, chosen.model_copy(update=told), result, time.perf_counter() - begun)


@contextmanager
def _with_files(model: type[Options], options: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield options in which a file stands for a run, which a lab reads as it reads any other."""
    found, key = dict(options), source_key(model)
    config = found.get(key)
    if isinstance(config, Run):
        config = config.config
    if not isinstance(config, RunConfig):
        yield found
        return
    if memory.is_memory(config.data) and "jobs" in model.model_fields:
        found["jobs"] = 1  # the arrays are in this process alone
    with TemporaryDirectory() as folder:
        found[key] = str(Path(folder, "run.toml"))
        write_text(Path(found[key]), to_toml(config))
        yield found
