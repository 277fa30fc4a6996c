"""Makes the environment the program runs in, with the standard library alone.

Order of a start: read the command line (`arguments`), look whether `.venv` holds what the lock files say
(`environment`, `stamp`), if not fill it with pip (`locks`, `installing`, one process at a time: `turn`),
go on inside it (`handover`), then run the tests (`testing`) or the program (`door`).
"""
