"""Reports of citizens (laporan: pengaduan, aspirasi, permintaan informasi, pelaporan pelanggaran).

received → verified → assigned → in_progress → reply_proposed → answered → closed, with pauses;
other ends are archived, out_of_jurisdiction, merged and withdrawn. Who reported is kept apart,
sealed, and read by another database role only. Sources: UU 25/2009 art. 36, 40, 42; Perpres
76/2013; PermenPANRB 5/2025 (SP4N-LAPOR!); UU 27/2022.
"""
