"""The strokes the scenes are drawn with: shaded boxes, floors in perspective, pipes, signs, piles of cartons.

Everything random comes from the scene's own generator, so a picture taken after the work shows the same place as the one before.
"""

from collections.abc import Sequence
from random import Random

from PIL import ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]

WIDTH, HEIGHT = 1200, 900
STEEL, DARK_STEEL, CONCRETE, BRICK = (138, 146, 152), (74, 82, 90), (150, 148, 142), (158, 92, 70)
YELLOW, RED, GREEN, BLUE = (236, 188, 32), (196, 44, 36), (38, 142, 82), (38, 92, 158)
CARDBOARD, WOOD, CLAY, GLAZE = (188, 148, 98), (164, 122, 74), (206, 196, 180), (226, 232, 230)


def shade(colour: Colour, factor: float) -> Colour:
    """The colour, darker below 1 and lighter above."""
    red, green, blue = (max(0, min(255, round(part * factor))) for part in colour)
    return red, green, blue


class Sketch:
    """A drawing surface with the scene's own generator. `after` tells which of the two pictures is drawn."""

    def __init__(self, draw: ImageDraw.ImageDraw, random: Random, *, after: bool) -> None:
        self.draw = draw
        self.random = random
        self.after = after

    def vary(self, colour: Colour, amount: float = 0.12) -> Colour:
        """The colour, slightly lighter or darker."""
        return shade(colour, self.random.uniform(1 - amount, 1 + amount))

    def room(self, wall: Colour, floor: Colour, horizon: int, *, columns: int = 4) -> None:
        """A back wall with columns and a floor whose joints run to a vanishing point."""
        for row in range(0, horizon, 12):
            self.draw.rectangle((0, row, WIDTH, row + 12), fill=shade(wall, 0.82 + 0.24 * row / horizon))
        for row in range(horizon, HEIGHT, 12):
            self.draw.rectangle((0, row, WIDTH, row + 12), fill=shade(floor, 0.8 + 0.28 * (row - horizon) / (HEIGHT - horizon)))
        vanish = WIDTH * self.random.uniform(0.4, 0.6)
        for edge in range(-600, WIDTH + 601, 200):
            self.draw.line((vanish + (edge - vanish) * 0.35, horizon, edge, HEIGHT), fill=shade(floor, 0.84), width=2)
        for depth in (0.08, 0.2, 0.38, 0.64):
            joint = horizon + (HEIGHT - horizon) * depth
            self.draw.line((0, joint, WIDTH, joint), fill=shade(floor, 0.86), width=2)
        for place in range(columns):
            left = (place + 0.5) * WIDTH / columns + self.random.uniform(-30, 30)
            self.box(left, 40, 34, horizon - 40, self.vary(STEEL, 0.1), depth=10)

    def box(self, left: float, top: float, width: float, height: float, colour: Colour, *, depth: float = 24) -> None:
        """A box seen slightly from the right and above."""
        right, bottom = left + width, top + height
        self.draw.polygon([(left, top), (left + depth, top - depth), (right + depth, top - depth), (right, top)], fill=shade(colour, 1.18))
        self.draw.polygon(
            [(right, top), (right + depth, top - depth), (right + depth, bottom - depth), (right, bottom)], fill=shade(colour, 0.66)
        )
        self.draw.rectangle((left, top, right, bottom), fill=colour, outline=shade(colour, 0.6))

    def pipe(self, points: Sequence[Point], width: int, colour: Colour) -> None:
        """A pipe with a highlight along it."""
        self.draw.line([*points], fill=shade(colour, 0.66), width=width, joint="curve")
        self.draw.line([*points], fill=colour, width=max(2, width * 2 // 3), joint="curve")
        self.draw.line([(x - width * 0.14, y - width * 0.14) for x, y in points], fill=shade(colour, 1.3), width=max(1, width // 6))

    def gauge(self, x: float, y: float, radius: float, *, in_order: bool) -> None:
        """A round gauge: the needle stands in the green, or hangs at its stop with the glass gone dull."""
        face = (240, 240, 234) if in_order else (196, 188, 160)
        self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=DARK_STEEL)
        inner = radius * 0.86
        ring = (x - inner, y - inner, x + inner, y + inner)
        self.draw.ellipse(ring, fill=face)
        self.draw.arc(ring, 150, 330, fill=GREEN if in_order else (150, 140, 110), width=6)
        self.draw.arc(ring, 330, 390, fill=RED if in_order else (150, 120, 110), width=6)
        end = (x + inner * 0.5, y - inner * 0.55) if in_order else (x - inner * 0.7, y + inner * 0.45)
        self.draw.line((x, y, *end), fill=(30, 30, 30), width=5)

    def cartons(self, left: float, floor: float, columns: int, rows: int, size: float) -> None:
        """A pile of cartons that nobody stacked with care."""
        for column in range(columns):
            for row in range(max(1, rows - self.random.randrange(0, 2))):
                width, height = size * self.random.uniform(0.9, 1.08), size * self.random.uniform(0.62, 0.8)
                x = left + column * size * 1.04 + self.random.uniform(-0.08, 0.08) * size
                y = floor - (row + 1) * size * 0.72
                self.box(x, y, width, height, self.vary(CARDBOARD, 0.16), depth=size * 0.2)
                self.draw.line((x, y + height / 2, x + width, y + height / 2), fill=shade(CARDBOARD, 1.2), width=6)

    def sign(self, x: float, y: float, size: float, colour: Colour) -> None:
        """A warning sign: a triangle for yellow, else a plate with a pictogram."""
        if colour == YELLOW:
            self.draw.polygon([(x, y + size), (x + size / 2, y), (x + size, y + size)], fill=YELLOW, outline=(20, 20, 20))
            self.draw.rectangle((x + size * 0.46, y + size * 0.36, x + size * 0.54, y + size * 0.72), fill=(20, 20, 20))
            self.draw.ellipse((x + size * 0.45, y + size * 0.78, x + size * 0.55, y + size * 0.88), fill=(20, 20, 20))
        else:
            self.draw.rounded_rectangle((x, y, x + size * 1.5, y + size), 8, fill=colour, outline=(240, 240, 240), width=4)
            for line in (0.32, 0.56, 0.76):
                self.draw.line((x + size * 0.2, y + size * line, x + size * 1.3, y + size * line), fill=(240, 240, 240), width=6)

    def rail(self, left: float, right: float, top: float, bottom: float) -> None:
        """A yellow safety rail with posts and a middle bar."""
        posts = max(2, round((right - left) / 120))
        for place in range(posts + 1):
            x = left + (right - left) * place / posts
            self.draw.line((x, top, x, bottom), fill=shade(YELLOW, 0.85), width=14)
        for y in (top, (top + bottom) / 2):
            self.draw.line((left, y, right, y), fill=YELLOW, width=14)
            self.draw.line((left, y - 4, right, y - 4), fill=shade(YELLOW, 1.2), width=3)

    def mesh(self, left: float, top: float, right: float, bottom: float) -> None:
        """A yellow guard of wire mesh in a frame."""
        for x in range(int(left), int(right), 22):
            self.draw.line((x, top, x, bottom), fill=shade(YELLOW, 0.9), width=3)
        for y in range(int(top), int(bottom), 22):
            self.draw.line((left, y, right, y), fill=shade(YELLOW, 0.9), width=3)
        self.draw.rectangle((left, top, right, bottom), outline=YELLOW, width=12)

    def marked_floor(self, left: float, top: float, right: float, bottom: float) -> None:
        """A field on the floor that must be kept free: yellow lines, hatched."""
        lean = (bottom - top) * 0.5
        corners = [(left + lean, top), (right - lean, top), (right, bottom), (left, bottom)]
        for step in range(1, 10):
            share = step / 10
            self.draw.line(
                (left + lean + (right - left - 2 * lean) * share, top, left + (right - left) * share, bottom),
                fill=shade(YELLOW, 0.92),
                width=7,
            )
        self.draw.line([*corners, corners[0]], fill=YELLOW, width=10)

    def stains(self, left: float, top: float, right: float, bottom: float, colour: Colour, count: int) -> None:
        """Rust, oil or dust in irregular spots."""
        for _ in range(count):
            x, y = self.random.uniform(left, right), self.random.uniform(top, bottom)
            w, h = self.random.uniform(10, 60), self.random.uniform(6, 26)
            self.draw.ellipse((x - w, y - h, x + w, y + h), fill=self.vary(colour, 0.2))

    def wires(self, left: float, top: float, right: float, bottom: float, count: int) -> None:
        """Loose wires hanging in loops."""
        for _ in range(count):
            colour = self.random.choice([RED, BLUE, (40, 40, 40), YELLOW, GREEN])
            x, y = self.random.uniform(left, right), self.random.uniform(top, (top + bottom) / 2)
            points = [(x, y)]
            for _ in range(5):
                x = min(right, max(left, x + self.random.uniform(-90, 90)))
                y = min(bottom, y + self.random.uniform(10, 90))
                points.append((x, y))
            self.draw.line(points, fill=colour, width=5, joint="curve")
