"""What is on disk: catalogue, vectors, media, ingest and the workspace that holds collections."""
