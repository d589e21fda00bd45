"""The drawing kit: style, text, numbers and ticks, axis, plot, marks, tip, the guard of painting. It knows Qt and the
style; no frame and no view."""

from dropout_viz.draw.overrides import guard_overrides

guard_overrides()
