"""The use cases of rectification, in the order of a hazard's life: draft, review, issue, serve, reply, re-inspect, close, archive."""

from server.rectification.drafts import draft_order, issue_order, list_orderable, propose_deadlines, review_order, update_draft
from server.rectification.facts import cited_basis
from server.rectification.opinions import archive_order, issue_opinion
from server.rectification.orders import (
    acknowledge_order,
    get_order,
    get_order_dossier,
    list_orders,
    order_facts,
    serve_order,
    withdraw_order,
)
from server.rectification.reinspections import apply_reinspection, reinspect
from server.rectification.replies import close_hazard, reopen_hazard, reply_to_hazard, tell_employees, treat_by_itself

__all__ = [
    "acknowledge_order",
    "apply_reinspection",
    "archive_order",
    "cited_basis",
    "close_hazard",
    "draft_order",
    "get_order",
    "get_order_dossier",
    "issue_opinion",
    "issue_order",
    "list_orderable",
    "list_orders",
    "order_facts",
    "propose_deadlines",
    "reinspect",
    "reopen_hazard",
    "reply_to_hazard",
    "review_order",
    "serve_order",
    "tell_employees",
    "treat_by_itself",
    "update_draft",
    "withdraw_order",
]
