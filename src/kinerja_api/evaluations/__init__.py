"""Evaluations: the suggestion of a close, the superior's decision, the acknowledgement.

An evaluation is opened at close, decided by the superior frozen then, and final once the
employee has acknowledged it; an undecided one is superseded when its period is opened again.
Legal source: PermenPANRB 6/2022 (evaluasi kinerja pegawai).
"""
