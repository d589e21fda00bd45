"""Going through the steps of a run: transport, timeline, bookmarks and branches."""
