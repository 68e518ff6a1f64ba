"""The service among others: clients of Open311, and the national complaint channel.

Reports go out here only as far as they were published; nobody who reported is ever named. Sources:
Open311 GeoReport v2 and Service Discovery; PermenPANRB 5/2025 (SP4N-LAPOR!), whose own interface
is not public, so that its channel is a port with files.
"""
