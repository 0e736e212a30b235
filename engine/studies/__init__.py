"""Studies of what the engine writes: captions by size, where a taxonomy breaks down, any captions side by side.

Each study is a value that turns into a table, JSON or a report. Try it: `python cli.py study captions-check`.
"""
