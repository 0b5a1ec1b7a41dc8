"""Groups of copies, which picture of a group to keep, and why."""
