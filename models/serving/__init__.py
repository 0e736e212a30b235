"""Serving: generators and judges of this program behind Ray Serve, for the apps and commands of other machines.

Try it: `python cli.py serve --generator pocket --judge pocket`, then `render scenes.jsonl --generator http://127.0.0.1:8600/v1`.
"""

from models.serving.launch import Served, running
from models.serving.limits import VERSION, Limits

__all__ = ["VERSION", "Limits", "Served", "running"]
