"""What happens at a moment of slow motion, in plain words, for who has never seen it. No Qt."""

from __future__ import annotations

from dropout_viz.engine.slow_motion import Dissection, Moment


def plainly(taken: Dissection, moment: Moment) -> str:
    """Return what happens at a moment of a step, a sentence or two."""
    match moment.stage:
        case "mask":
            return _drawn(taken)
        case "forward" if "x" in moment.writes:
            return "The step takes its examples out of the training set."
        case "forward":
            return "Each unit adds up what reaches it, and makes a value of the sum."
        case "scale":
            return _passed_on(taken, moment)
        case "loss":
            return "How far is the answer from the right one?"
        case "backward":
            return "Would the loss grow or fall if this value grew a little?"
        case "update":
            return _moved(taken, moment)
        case _:
            return _restored(taken)


def _drawn(taken: Dissection) -> str:
    if not any(taken.plan.drop):
        return "Nothing is left to chance here: every unit is on."
    return "Chance decides what is off." if taken.plan.noise_kind.on_off else "Chance draws a factor for each value."


def _passed_on(taken: Dissection, moment: Moment) -> str:
    plan = taken.plan
    if not any(plan.drop[int(name[1:])] for name in moment.writes if name[0] == "h"):
        return "No unit of this layer is off: each value is passed on as it is."
    if not plan.noise_kind.on_off:
        return "Each value is multiplied by its factor."
    larger = "; what is left is made larger to make up for it" * (plan.scaling == "inverted")
    return f"What is off passes nothing on{larger}."


def _moved(taken: Dissection, moment: Moment) -> str:
    """Only a plain step along the gradient is sure to go downhill: memory, a penalty and the published rule may not."""
    plan = taken.plan
    if moment.formula.startswith("w ← w · min"):
        return "Where a unit's incoming weights have grown too long, they are shortened."
    if not any(name[0] in "Wb" for name in moment.writes):
        return "What each weight will move by is worked out."
    if plan.published and any(plan.drop):
        return "Each weight moves a little, as the published rule has it: not always downhill."
    plain = plan.optimiser == "sgd" and not taken.config.l2
    return f"Each weight moves a little, {'downhill' if plain else 'by what was worked out'}."


def _restored(taken: Dissection) -> str:
    used = "as when the network is used"
    if not any(taken.plan.drop):
        return f"Every unit was on, {used}."
    return f"Every unit is on again, {used}." if taken.plan.noise_kind.on_off else f"No value has a factor, {used}."
