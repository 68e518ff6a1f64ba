"""A fresh UUIDv7 for each row of a set-based insert, where the application cannot make them."""

from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, literal_column


def new_id_of_row() -> ColumnElement[UUID]:
    """Return the expression of a fresh time-ordered id, as ``ids.new_id`` makes one.

    PostgreSQL before 18 has random ids only: milliseconds are laid over the first six bytes and
    the version bits are set.
    """
    milliseconds = "int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint)"
    timed = (
        "overlay(uuid_send(gen_random_uuid())"
        f" PLACING substring({milliseconds} FROM 3) FROM 1 FOR 6)"
    )
    versioned = f"set_bit(set_bit({timed}, 52, 1), 53, 1)"
    return literal_column(f"encode({versioned}, 'hex')::uuid", Uuid)
