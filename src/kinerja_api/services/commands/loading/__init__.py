"""Loading the agency's files of services and transactions."""

from kinerja_api.services.commands.loading.services import load_services
from kinerja_api.services.commands.loading.transactions import load_transactions

__all__ = ["load_services", "load_transactions"]
