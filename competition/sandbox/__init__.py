"""Scoring in a process of its own, which gets the labels and the file as bytes and has nothing else.

    worker ── work horse ──(labels, file)──▶ nursery ──fork──▶ child ──(scores)──▶ work horse
                                               └─ looks at the child's memory and clock, and ends it

The nursery (`python -m competition.sandbox`) is started by the worker with an environment that holds no secret. It
knows `scoring` and neither Django nor the database, and forks a child for each file, so that a child starts with
everything loaded. No act of the server happens here: `operations/evaluate.py` asks, and writes down what comes back.
"""
