"""Periods and the annual plan (Sasaran Kinerja Pegawai, SKP)."""
