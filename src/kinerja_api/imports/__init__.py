"""CSV files of a personnel agency, loaded whole or not at all."""
