"""Indicator results (realisasi) and behaviour ratings."""
