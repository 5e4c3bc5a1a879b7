"""The 禁限控 catalogue as people read it: searched, narrowed, and entry by entry with sources and history."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from reports.parameters import read_catalogue
from rules.restriction_terms import Effect, EntryKind, Layer
from rules.terms import ProjectState
from server.catalogue.access import DESK, DRAFTERS, READERS
from server.catalogue.schemas import DeskQuery, DeskTab, EntryDossier, EntryQuery, EntryState
from server.catalogue.service import count_entries, documents_of, get_entry_dossier, list_desk, list_entries, projects_of_entry
from server.catalogue.wording import dates_in_words, exemptions_in_words
from server.entrance import open_work
from server.identity import pages_for
from server.impact.service import count_open
from server.pages.query import asked, asked_page, read_day
from server.pages.view import show
from server.screening.access import READERS as PROJECT_READERS
from server.unit_of_work import Work

_FILTERS = ("kind", "layer", "effect", "state", "industry", "document")


class CataloguePages(Controller):
    """For everyone who works with the catalogue."""

    path = "/catalogue"
    opt = pages_for(*READERS)

    @get("/", sync_to_thread=True)
    def show_catalogue(self, request: Request[Any, Any, Any]) -> Response[str]:
        """One page of the entries of a day, searched and narrowed."""
        with open_work(request) as work:
            day = asked_day(request, work)
            query = msgspec.structs.replace(read_catalogue(request.query_params), page=asked_page(request))
            page, park = list_entries(work, query, day)
            return show(
                request,
                work,
                "catalogue.html",
                page=page,
                asked=query,
                day=day,
                catalogue=park,
                counts=count_entries(work, query, day),
                kinds=[(one.value, one.label) for one in EntryKind],
                layers=[(one.value, one.label) for one in Layer],
                effects=[(one.value, one.label) for one in Effect],
                states=[(one.value, one.label) for one in EntryState],
                documents=documents_of(park, day),
                open_changes=count_open(work) if work.actor.role in PROJECT_READERS else 0,
                sees_projects=work.actor.role in PROJECT_READERS,
                desk=list_desk(work, DeskQuery(size=1))[1] if work.actor.role in DESK else None,
                tabs=DeskTab,
                sees_desk=work.actor.role in DESK,
                taken_away=urlencode([(name, value) for name, value in _asked(query, day) if value]),
                is_narrowed=any(getattr(query, name) for name in _FILTERS),
            )

    @get("/entries/{entry_id:str}", sync_to_thread=True)
    def show_entry(self, request: Request[Any, Any, Any], entry_id: FromPath[str]) -> Response[str]:
        """Everything known about one entry."""
        with open_work(request) as work:
            day = asked_day(request, work)
            dossier = get_entry_dossier(work, entry_id, day)
            return show(
                request,
                work,
                "catalogue_entry.html",
                dossier=dossier,
                entry=dossier.entry,
                day=day,
                dates=dates_in_words(dossier.entry),
                exemptions=exemptions_in_words(dossier.entry),
                may_claim=work.actor.role in DRAFTERS and _is_open(dossier),
                sees_desk=work.actor.role in DESK,
                projects=projects_of_entry(work, entry_id) if work.actor.role in PROJECT_READERS else None,
                project_states={one.value: one.label for one in ProjectState},
            )


def asked_day(request: Request[Any, Any, Any], work: Work) -> date:
    """The day whose catalogue is asked for, today unless told."""
    return read_day(asked(request, "day")) or work.today


def _asked(query: EntryQuery, day: date) -> list[tuple[str, str]]:
    return [("q", query.search), ("day", day.isoformat()), *((name, getattr(query, name)) for name in _FILTERS)]


def _is_open(dossier: EntryDossier) -> bool:
    """Whether somebody may take the entry from the queue of the desk."""
    waits = dossier.state is EntryState.UNVERIFIED and dossier.law is None and dossier.entry.layer is not Layer.PARK
    return waits and (dossier.is_stale or not any(one.open_entry_id for one in dossier.records))
