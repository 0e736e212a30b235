"""The pocket world: a vocabulary small enough to know everything about, with painter, oracle, generator and judge.

Try it: `python -m models.pocket.painter "A large red dog is to the left of a tree." dog.png`.
"""
