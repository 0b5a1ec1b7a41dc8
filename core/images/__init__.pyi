from .decoding.decode import load_image as load_image
from .thumbnails import make_thumbnail as make_thumbnail
