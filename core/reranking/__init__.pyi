from .classifier import PairClassifier as PairClassifier
