"""The parts of the Inspect page: what is looked at, what was said of it, and what can be done with it.

Try it: `streamlit run app.py`, then Inspect.
"""
