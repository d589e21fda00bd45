"""Many configs trained: kept ones are read, the rest is done by workers, and each kept as soon as it is finished."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from numpy.typing import NDArray

from dropout_viz.engine.config import RunConfig, facts
from dropout_viz.labs import pool
from dropout_viz.labs.batch import Look, Progress, Trained, data_of, joined, train
from dropout_viz.labs.cost import cost, seconds
from dropout_viz.labs.lab import Tell

Array = NDArray[Any]
_WORTH = 4.0  # seconds of work from which on starting other processes pays
_WORLDS = 256  # trained as one batch at most: more are no faster, their arrays leave the cache
_SECONDS = 10.0  # of a piece, about: more would be lost if it were not finished, and none left for another process
_Part = tuple[RunConfig, bool, int]


def pieces(config: RunConfig) -> list[RunConfig]:
    """Return configs with fewer seeds each that together are this one.

    They depend on nothing but the config, not on this machine: a batch of other worlds would round differently.
    """
    arms = max(1, len(config.arms))
    count = max(-(-config.worlds * arms // _WORLDS), round(cost(config, data_of(config)) / _SECONDS))
    count = min(count, config.worlds)
    ends = [config.worlds * k // count for k in range(count + 1)]
    return [
        config.changed(seed=config.seed + first, worlds=end - first) for first, end in zip(ends, ends[1:], strict=False)
    ]


def trained(
    configs: Sequence[RunConfig],
    tell: Tell,
    *,
    jobs: int = 1,
    workers: pool.Workers | None = None,
    curves: bool = True,
    thinned: int = 0,
    look: Look | None = None,
) -> Iterator[tuple[int, Trained]]:
    """Yield (place among the configs, its runs) as they are finished, in any order, each exactly once.

    Args:
        tell: its store keeps every finished piece, by its settings and the program's version.
        jobs: processes on this machine, used where that pays. workers: who does it instead of them.
        curves, thinned, look: see ``batch.train``. There is something to look at where all of it is one piece.

    Raises:
        Cancelled, RunError, UserError: as ``pool.each`` and ``batch.train`` do. What was finished is kept.
    """
    cut = [pieces(config) for config in configs]
    found: list[dict[int, Trained]] = [{} for _ in configs]
    todo: list[tuple[int, int]] = []
    for place, parts in enumerate(cut):
        for number, part in enumerate(parts):
            kept = tell.store.get(_cause((part, curves, thinned)))
            if kept is None:
                todo.append((place, number))
            else:
                found[place][number] = _from_arrays(kept)
        if len(found[place]) == len(parts):
            yield place, joined([found[place][number] for number in range(len(parts))])
    if not todo:
        return
    left = [cut[place][number] for place, number in todo]
    costs = [cost(part, data_of(part)) for part in left]
    if workers is None and min(jobs, len(left)) > 1 and seconds(left) > _WORTH:
        workers = pool.Processes(min(jobs, len(left)))
    done = 1 - len(todo) / sum(map(len, cut))
    work: list[_Part] = [(part, curves, thinned) for part in left]
    whole = workers is None and len(cut) == 1 and len(work) == len(cut[0]) == 1
    do = partial(_train, look=look) if whole else _train
    for index, result in pool.each(do, work, tell.part(done, 1.0), workers, costs):
        place, number = todo[index]
        tell.store.put(_cause(work[index]), _to_arrays(result))
        found[place][number] = result
        if len(found[place]) == len(cut[place]):
            yield place, joined([found[place][number] for number in range(len(cut[place]))])


def _train(part: _Part, progress: Progress, look: Look | None = None) -> Trained:
    config, curves, thinned = part
    return train(config, progress, curves=curves, thinned=thinned, look=look)


def _cause(part: _Part) -> dict[str, Any]:
    """Return everything that decides what comes of a piece."""
    config, curves, thinned = part
    settings = config.model_dump(mode="json")
    groups = ("about", "clinic")  # no lab has a patient
    deciding = {key: value for key, value in settings.items() if facts(key)["group"] not in groups}
    files = data_of(config).files
    rule = "finite"  # what counts as right; runs that were kept under another rule are trained anew
    return {
        "trained": deciding,
        "curves": curves,
        "thinned": thinned,
        "right": rule,
        **({"files": files} if files else {}),
    }


def _to_arrays(result: Trained) -> dict[str, Any]:
    return {"steps": result.steps, "seconds": result.seconds, **result.values}


def _from_arrays(kept: Mapping[str, Array]) -> Trained:
    values = {kind: array for kind, array in kept.items() if kind not in ("steps", "seconds")}
    return Trained(kept["steps"], values, float(kept["seconds"]))
