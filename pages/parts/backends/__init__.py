"""Backends: what can draw, judge and measure here, where it runs, what it takes, and how far it can be trusted.

Try it: `streamlit run app.py`, then Backends.
"""
