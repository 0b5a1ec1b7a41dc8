from .matching import match_many as match_many
