"""Scenes by the million: every line as the engine would write it, from templates, in shards, by all cores, resumable.

Try it: `python cli.py generate --count 100000 --taxonomy full --mode imaginative --out corpus`.
"""
