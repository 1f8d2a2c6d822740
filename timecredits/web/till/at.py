"""Which till is asking."""

from flask import abort

from timecredits.spending.redemption import AtTill
from timecredits.web.access import actor


def this_till() -> AtTill:
    """The paired device of this request, and its venue."""
    till_id = actor().till_id
    if till_id is None:
        abort(403)
    return AtTill(till_id, actor().venue)
