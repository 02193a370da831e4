"""The words of the pages in two languages. `python -m tests.words` gathers and compiles them."""
