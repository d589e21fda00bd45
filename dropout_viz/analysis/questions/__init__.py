"""What views ask of a frame: a ``Request`` holds all that is needed, so that it can be answered on any thread."""
