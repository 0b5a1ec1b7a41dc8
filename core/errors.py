"""Errors that a user can cause.

The text of each is a plain sentence: what is wrong, where, and what to do about it. Screens and the
command line print that text as it is and never a traceback.
"""


class LookalikeError(Exception):
    """Base of every error whose text is meant for the user."""


class ImageError(LookalikeError):
    """A file that cannot be read as a picture."""


class EncoderError(LookalikeError):
    """An encoder that is unknown, not usable here, or asked for what it cannot do."""


class CollectionError(LookalikeError):
    """A collection or workspace that is missing, busy, damaged, or asked for what it does not hold."""


class BusyError(CollectionError):
    """A collection that another job is writing; wait, and try again."""


class DiskFullError(CollectionError):
    """The disk is full; nothing that was there before is lost."""


class QueryError(LookalikeError):
    """A query that cannot be answered as it was put."""


class ArchiveError(LookalikeError):
    """A ZIP archive that cannot be opened or that is not safe to read."""


class MetricError(LookalikeError):
    """A metric that is unknown, or that cannot be computed from what there is."""


class EvaluationError(LookalikeError):
    """A measurement that cannot be made: nothing says what is right, or there is nothing to ask."""


class DedupError(LookalikeError):
    """Near-duplicates asked for in a way that cannot be answered, or labels that cannot be used."""


class ClusteringError(LookalikeError):
    """Clusters, a map or events asked for of too few pictures, or of something that is not there."""


class TrainingError(LookalikeError):
    """An adapter that cannot be trained: too little to learn from, or a setting that makes no sense."""


class RemoteIndexError(LookalikeError):
    """A server that holds an index does not answer, or refuses."""


class ForeignIndexError(RemoteIndexError):
    """What the server holds under that name is something else: another collection, encoder or program."""


class IndexingError(LookalikeError, ValueError):
    """Vectors, ids or a question that an index cannot take."""


class IndexFileError(LookalikeError):
    """An index's files that are missing, cut short, damaged or another's; the index can be built again."""


class DriftError(LookalikeError):
    """A look at whether a collection has changed that cannot be made: too few pictures, or no such batch."""
