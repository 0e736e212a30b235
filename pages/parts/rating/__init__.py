"""Rating: what an annotator sees item by item, and the desk from which a curator sets it up and reads it.

Try it: `streamlit run app.py`, then Rate.
"""
