"""The parts of the Curate page: filter bar, grid, gap view, recipes and named sets.

Try it: `streamlit run app.py`, then Curate.
"""
