"""Which kinds of place can be drawn? Every one by the name findings use."""

from collections.abc import Callable

from scripts.demo_parts.drawing import Sketch
from scripts.demo_parts.scenes_premises import (
    blocked_corridor,
    charging,
    construction,
    documents,
    drums,
    electrical_cabinet,
    fire_equipment,
    road,
    warehouse_racks,
)
from scripts.demo_parts.scenes_process import dust, forming_line, gas_pipe, hoist, kiln_hall, pit, pressure_tank

SCENES: dict[str, Callable[[Sketch], None]] = {
    one.__name__: one
    for one in (
        blocked_corridor,
        charging,
        construction,
        documents,
        drums,
        dust,
        electrical_cabinet,
        fire_equipment,
        forming_line,
        gas_pipe,
        hoist,
        kiln_hall,
        pit,
        pressure_tank,
        road,
        warehouse_racks,
    )
}
"""Every kind of place, by the name findings use."""
