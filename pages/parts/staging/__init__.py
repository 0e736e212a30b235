"""The parts of the Stage: the scene as a show, the reel, the audience's words and the address to scan.

Try it: `streamlit run app.py`, then Stage.
"""
