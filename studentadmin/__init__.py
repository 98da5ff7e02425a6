"""Student Admin: the student register of a school office.

Importing this package imports nothing else: the launcher reads it with a bare Python.
"""

__version__ = "0.1.0"
