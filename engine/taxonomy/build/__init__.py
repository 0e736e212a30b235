"""Builds the tables of the full taxonomy (`assets/taxonomy/full`) from WordNet and our own word lists.

Try it: `make taxonomy` (needs Debian's `wordnet-base`; the program itself never does).
"""
