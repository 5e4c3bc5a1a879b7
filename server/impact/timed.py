"""Timed work: when a park's catalogue has become another, lay its projects beside it, and carry on what was left half done.

Nobody has to switch an edition on: that its day has come, that a clause was confirmed or taken back, that a release brought other law, all
show in the fingerprint of the day's catalogue.
"""

import threading
from contextlib import suppress

from server.clock import Clock
from server.db import Database
from server.errors import Refusal
from server.identity import Actor
from server.impact.running import begin_effect, carry_on, find_need, unfinished_runs
from server.parks.service import list_parks, system_actor
from server.unit_of_work import begin_work


def compare_projects(database: Database, clock: Clock, stop: threading.Event) -> int:
    """Begin and carry on runs in every park until none is left or somebody asks to stop; how many were finished."""
    with begin_work(database, clock, write=False) as work:
        park_ids = [park.id for park in list_parks(work)]
    finished = 0
    for park_id in park_ids:
        if stop.is_set():
            break
        # A park whose edition cannot be read keeps no other park waiting; its own pages say what is wrong.
        with suppress(Refusal):
            finished += _compare_park(database, clock, system_actor(park_id), stop)
    return finished


def _compare_park(database: Database, clock: Clock, actor: Actor, stop: threading.Event) -> int:
    with begin_work(database, clock, write=False) as work:
        work.act_as(actor)
        is_needed, runs = find_need(work).is_needed, unfinished_runs(work)
    if is_needed:
        with begin_work(database, clock, write=True) as work:
            work.act_as(actor)
            begin_effect(work)
            runs = unfinished_runs(work)
    return sum(carry_on(database, clock, actor, run_id) for run_id in runs if not stop.is_set())
