"""The window: session, frame clock, transport, setup form, export."""
