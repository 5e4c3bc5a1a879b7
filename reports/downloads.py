"""Which papers and tables can be taken away? The doors of printing, listed once for the application.

Each door opens the transaction, reads rows through the subject's `access`, and hands values to a drawing. Nothing is changed by a
download: an issued paper is drawn again from what was frozen.
"""

from litestar.types import ControllerRouterHandler

DOWNLOADS: list[ControllerRouterHandler] = []
