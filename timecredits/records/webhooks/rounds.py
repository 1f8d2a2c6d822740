"""One round of the worker: what is new is found, what is due is sent, what is old is removed."""

from threading import Event

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import READ_ONLY, transaction
from timecredits.foundation.keys import Keyring
from timecredits.network.models import Programme
from timecredits.records.webhooks.delivering import Pace, Way, deliver_due
from timecredits.records.webhooks.finding import find_news
from timecredits.records.webhooks.listing import forget_deliveries
from timecredits.records.webhooks.sending import Network

__all__ = ["tell_others"]


def tell_others(
    engine: Engine,
    keyring: Keyring | None,
    *,
    base_url: str,
    ending: Event,
    network: Network | None = None,
    pace: Pace | None = None,
) -> int:
    """Do one round for every programme; answers how many messages were received. Without a keyring nothing can be signed.

    A programme's fault is raised once all the others have had their turn, and what is due was sent.
    """
    if keyring is None:
        return 0
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        programmes = session.scalars(select(Programme.id).order_by(Programme.number)).all()
    faults: list[Exception] = []
    for programme_id in programmes:
        if ending.is_set():
            return 0
        try:
            find_news(engine, programme_id, now=clock.now())
            with transaction(engine) as session:
                forget_deliveries(session, programme_id, now=clock.now())
        except Exception as fault:  # noqa: BLE001  the next programme has done nothing wrong
            faults.append(fault)
    received = deliver_due(engine, Way(keyring, base_url, network or Network()), pace=pace, ending=ending)
    if faults:
        raise faults[0]
    return received
