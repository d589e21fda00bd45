"""The welcome: presets with pictures that are trained here, lessons, labs, the guide, recent runs, and the palette."""
