"""The law as dated, cited data, and the arithmetic over it.

Pure: nothing here reads a clock, a file outside this package's own data, or a database. The day is always an argument.
"""
