"""What belongs to the app as a whole rather than to one screen."""
