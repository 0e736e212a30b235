"""Neural networks: load, run and train generators and judges; imports nothing but `engine`.

Try it: `python cli.py models`.
"""
