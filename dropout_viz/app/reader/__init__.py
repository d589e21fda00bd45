"""The guide and other pages of text, read in the window: contents, search, links that show the thing itself."""
