"""Health checks by schedule: what a run does, the lines that a system's own scheduler takes, a loop."""
