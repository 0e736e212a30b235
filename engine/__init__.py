"""Graphs in; captions, questions, scores and sets out; imports neither torch nor Streamlit.

Try it: `python cli.py generate --count 3 --complexity 4-6`.
"""
