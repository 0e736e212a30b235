"""Recipes and studies: linear programs with a dataclass of settings and a docstring that is the manual.

Try it: `python cli.py study judge --json`.
"""
