"""The training screen, panel by panel."""
