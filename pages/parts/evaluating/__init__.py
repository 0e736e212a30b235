"""The parts of Evaluate: what there is to look at, the form that starts an evaluation, its progress, and its reports.

Try it: `streamlit run app.py`, then Evaluate.
"""
