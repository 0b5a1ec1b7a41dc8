"""The files and tables of a collection: catalogue, vectors, media, local features."""
