"""How much the tests of the domain would notice: each small change of its code is made, and the tests are to fail.

    make mutants        into build/mutation/summary.json; what was found is told in docs/mutation.md
    make mutants-named  into build/mutation/named.json; figures of law and of the protocol, which mutmut leaves alone (named.py)

mutmut makes the changes and runs the tests that reach the changed function (mutmut.readthedocs.io).
"""
