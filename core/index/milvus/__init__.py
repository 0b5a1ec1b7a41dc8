"""Vectors in a Milvus server, or in Milvus Lite on this machine."""
