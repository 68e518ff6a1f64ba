"""Evaluations: the suggestion of a close, the superior's decision, what the employee says to it.

An evaluation is opened at close and decided by the superior frozen then, or by whom the agency
named where there is none. The employee acknowledges it, lets the days pass, or objects to the
superior of the assessor, whose decision is final. A final one is corrected as a new version only;
an undecided one is superseded when its period is opened again.
Legal sources: PP 30/2019 art. 59; PermenPANRB 6/2022 (evaluasi kinerja pegawai, keberatan).
"""
