from .collection.workspace import Workspace as Workspace
from .errors import LookalikeError as LookalikeError
from .search.engine import SearchEngine as SearchEngine
from .search.query import Query as Query
