"""Results as the command line prints them: lines for people, objects for programs."""
