"""Years of an office played through by invented people, with the same operations as real ones.

`loop.run` is a pure function of the state, the virtual time, the seed and the behaviour: nothing is kept
between two hours but the database, so a run can be taken up again at a later instant.
"""
