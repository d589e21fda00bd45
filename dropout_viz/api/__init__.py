"""The surface for scripts and notebooks: runs, their figures, labs and lists. ``dropout_viz`` brings its names."""
