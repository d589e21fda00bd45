"""What the window says, asks and offers."""
