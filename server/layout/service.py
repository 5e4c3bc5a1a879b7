"""Use cases of layout: keep what lies around the park, measure a project's distances, take them over into the screening."""

from server.layout.measuring import accept_distances, measure_layout, set_site
from server.layout.objects import add_objects, get_object, list_objects, retire_object
from server.layout.telling import tell_layout

__all__ = ["accept_distances", "add_objects", "get_object", "list_objects", "measure_layout", "retire_object", "set_site", "tell_layout"]
