"""Who may come in (instansi and its accounts).

Tenants, accounts, grants, the actor of a request, tokens and sign-in.
An account is invited, active, disabled or closed; a disabled one loses its writes at once.
Knows ids and grants only: placements and scopes belong to ``organisation``.
Sources: ASVS 5.0 chapters 6, 7, 9; RFC 9068, RFC 9700; NIST SP 800-63B.
"""
