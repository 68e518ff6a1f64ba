"""Files of a personnel agency (CSV), each loaded whole or not at all.

``formats`` says which columns each file has, ``parse`` turns bytes into typed rows or names every
faulty row, ``commands`` loads them in the order in which they refer to each other. The rules of
each row belong to its domain, whose loader is called.
"""
