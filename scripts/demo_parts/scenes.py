"""What does a place in a ceramics park look like, before and after something was put right?

One function per kind of place, drawn on a `Sketch`. The place itself is drawn first, from the same random numbers in both pictures; what
was wrong and what was done about it comes last, so both show the same room.
"""

from collections.abc import Callable
from math import cos, pi, sin

from scripts.demo_parts.drawing import (
    BLUE,
    BRICK,
    CARDBOARD,
    CLAY,
    CONCRETE,
    DARK_STEEL,
    GLAZE,
    GREEN,
    HEIGHT,
    RED,
    STEEL,
    WIDTH,
    WOOD,
    YELLOW,
    Sketch,
    shade,
)


def kiln_hall(sketch: Sketch) -> None:
    """A tunnel kiln along a hall, its peepholes glowing, a car of ware in front."""
    draw, random = sketch.draw, sketch.random
    sketch.room(sketch.vary((196, 190, 178)), sketch.vary(CONCRETE), 520)
    top, bottom = 250 + random.randrange(40), 610
    sketch.box(-40, top, 1180, bottom - top, sketch.vary(BRICK, 0.2), depth=46)
    for place in range(7):
        left = 30 + place * 170 + random.uniform(-10, 10)
        draw.rectangle((left - 18, top - 6, left, bottom), fill=DARK_STEEL)
        glow = random.randrange(150, 215)
        draw.ellipse((left + 56, top + 130, left + 104, top + 178), fill=(40, 26, 20))
        draw.ellipse((left + 62, top + 136, left + 98, top + 172), fill=(250, glow, 60))
    sketch.pipe([(-20, top - 70), (1220, top - 70)], 26, sketch.vary(YELLOW, 0.08))
    car = 180 + random.randrange(420)
    sketch.box(car, 640, 420, 60, DARK_STEEL, depth=40)
    for column in range(6):
        for row in range(3):
            x, y = car + 20 + column * 66, 636 - row * 62
            draw.ellipse((x, y - 56, x + 56, y), fill=sketch.vary(CLAY, 0.08), outline=shade(CLAY, 0.7))
    if sketch.after:
        sketch.rail(60, 1140, 690, 800)
        sketch.sign(950, 330, 110, YELLOW)
        draw.ellipse((1060, 160, 1104, 204), fill=GREEN)
    else:
        crack = [(700 + step * 26 + random.uniform(-14, 14), top - 20 + step * 24) for step in range(11)]
        draw.line(crack, fill=(24, 18, 16), width=9, joint="curve")
        draw.line(crack[:6], fill=(255, 150, 40), width=4, joint="curve")
        sketch.stains(640, top, 980, top + 240, (60, 44, 38), 16)


def electrical_cabinet(sketch: Sketch) -> None:
    """A distribution cabinet on a wall."""
    draw, random = sketch.draw, sketch.random
    sketch.room(sketch.vary((206, 208, 202)), sketch.vary(CONCRETE), 640, columns=2)
    left, top = 340 + random.randrange(120), 130
    sketch.box(left, top, 480, 560, sketch.vary((170, 176, 180)), depth=40)
    draw.rectangle((left + 24, top + 24, left + 456, top + 536), fill=(52, 56, 60))
    for row in range(3):
        draw.rectangle((left + 50, top + 60 + row * 150, left + 430, top + 76 + row * 150), fill=STEEL)
        for column in range(6):
            x, y = left + 60 + column * 62, top + 86 + row * 150
            draw.rectangle((x, y, x + 46, y + 78), fill=(228, 228, 224), outline=(120, 120, 120))
            draw.rectangle((x + 16, y + 22, x + 30, y + 52), fill=random.choice([DARK_STEEL, BLUE, RED]))
    sketch.pipe([(left + 100, -10), (left + 100, top)], 30, STEEL)
    if sketch.after:
        for row in range(3):
            draw.rectangle((left + 50, top + 170 + row * 150, left + 430, top + 192 + row * 150), fill=(250, 250, 240))
            for column in range(6):
                draw.line((left + 70 + column * 62, top + 181 + row * 150, left + 98 + column * 62, top + 181 + row * 150), fill=BLUE, width=6)
        draw.polygon([(left - 190, top + 10), (left, top), (left, top + 560), (left - 190, top + 590)], fill=(176, 182, 186))
        sketch.sign(left - 150, top + 150, 110, YELLOW)
        sketch.marked_floor(left - 120, 720, left + 640, 850)
    else:
        sketch.wires(left + 40, top + 80, left + 560, 800, 14)
        sketch.stains(left + 40, top + 60, left + 440, top + 520, (110, 98, 80), 14)
        sketch.cartons(left - 190, 850, 4, 2, 150)


def blocked_corridor(sketch: Sketch) -> None:
    """A corridor towards an exit."""
    draw, random = sketch.draw, sketch.random
    wall, floor = sketch.vary((214, 210, 198)), sketch.vary((156, 158, 152))
    draw.rectangle((0, 0, WIDTH, HEIGHT), fill=wall)
    left, right, top, bottom = 440, 760, 250, 560
    draw.polygon([(0, 0), (left, top), (left, bottom), (0, HEIGHT)], fill=shade(wall, 0.84))
    draw.polygon([(WIDTH, 0), (right, top), (right, bottom), (WIDTH, HEIGHT)], fill=shade(wall, 0.9))
    draw.polygon([(0, HEIGHT), (left, bottom), (right, bottom), (WIDTH, HEIGHT)], fill=floor)
    draw.polygon([(0, 0), (left, top), (right, top), (WIDTH, 0)], fill=shade(wall, 1.06))
    draw.rectangle((left, top, right, bottom), fill=shade(wall, 0.95))
    draw.rectangle((510, 320, 690, bottom), fill=sketch.vary((120, 140, 150)), outline=(70, 80, 86), width=8)
    draw.line((600, 320, 600, bottom), fill=(70, 80, 86), width=6)
    for place in range(3):
        y = 120 + place * 62
        draw.polygon([(480 - place * -30, y), (720 - place * 30, y), (700 - place * 24, y + 18), (500 + place * 24, y + 18)], fill=(250, 250, 240))
    sketch.sign(555, 268, 44, GREEN)
    tint = random.randrange(120, 200)
    draw.rectangle((90, 330, 190, 480), fill=(tint, 60, 50))
    if sketch.after:
        for start, end in ((130, 490), (1070, 710)):
            draw.line((start, HEIGHT, end, bottom), fill=YELLOW, width=16)
        for place in range(4):
            y = 620 + place * 66
            draw.polygon([(575 - place * 6, y), (600, y - 30), (625 + place * 6, y)], fill=GREEN)
        draw.ellipse((596, 430, 612, 446), fill=GREEN)
    else:
        sketch.cartons(300, 690, 4, 3, 120)
        sketch.cartons(480, 860, 4, 3, 170)
        draw.line((540, 450, 660, 450), fill=(60, 60, 60), width=12)
        draw.rectangle((585, 440, 615, 480), fill=YELLOW)


def forming_line(sketch: Sketch) -> None:
    """A forming machine with its drive, plates on a belt."""
    draw, random = sketch.draw, sketch.random
    sketch.room(sketch.vary((188, 196, 200)), sketch.vary((140, 140, 136)), 430)
    colour = sketch.vary(random.choice([(60, 112, 128), (72, 124, 88), (110, 118, 132)]))
    sketch.box(120, 280, 400, 340, colour, depth=50)
    draw.rectangle((180, 340, 460, 480), fill=shade(colour, 0.55))
    draw.ellipse((270, 360, 370, 470), fill=STEEL)
    sketch.box(520, 520, 660, 60, DARK_STEEL, depth=30)
    for place in range(7):
        x = 560 + place * 88
        draw.ellipse((x, 492, x + 70, 522), fill=sketch.vary(GLAZE, 0.05), outline=shade(GLAZE, 0.7))
    for place in range(9):
        draw.ellipse((530 + place * 74, 580, 566 + place * 74, 616), fill=STEEL, outline=(50, 50, 50))
    x, y, radius = 880, 700, 96
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=DARK_STEEL)
    for tooth in range(18):
        angle = 2 * pi * tooth / 18
        draw.line((x, y, x + (radius + 18) * cos(angle), y + (radius + 18) * sin(angle)), fill=STEEL, width=14)
    draw.ellipse((x - 40, y - 40, x + 40, y + 40), fill=(40, 40, 40))
    sketch.box(620, 650, 160, 110, sketch.vary((52, 84, 120)), depth=24)
    draw.line((700, 660, x, y - radius), fill=(26, 26, 26), width=12)
    draw.line((700, 750, x, y + radius), fill=(26, 26, 26), width=12)
    if sketch.after:
        sketch.mesh(590, 580, 1030, 840)
        draw.ellipse((80, 430, 130, 480), fill=YELLOW)
        draw.ellipse((90, 440, 120, 470), fill=RED)
        sketch.sign(140, 120, 110, YELLOW)
    else:
        sketch.stains(560, 780, 1080, 870, (84, 72, 60), 22)
        draw.rectangle((170, 490, 480, 512), fill=(210, 200, 170))
        draw.line((900, 820, 1010, 860), fill=(180, 170, 150), width=16)


def gas_pipe(sketch: Sketch) -> None:
    """A yellow gas main with valve, gauge and a branch to a burner."""
    draw, random = sketch.draw, sketch.random
    sketch.room(sketch.vary((190, 186, 176)), sketch.vary(CONCRETE), 600, columns=3)
    height = 300 + random.randrange(60)
    colour = sketch.vary(YELLOW, 0.06) if sketch.after else shade(YELLOW, 0.78)
    sketch.pipe([(-20, height), (1220, height)], 64, colour)
    sketch.pipe([(330, height), (330, 720), (620, 720)], 40, colour)
    for x in (150, 520, 980):
        sketch.box(x, height + 30, 26, 540 - height, STEEL, depth=8)
        draw.rectangle((x - 24, height - 46, x + 50, height + 46), outline=DARK_STEEL, width=12)
    draw.rectangle((700, height - 60, 800, height + 60), fill=DARK_STEEL)
    draw.line((750, height - 60, 750, height - 130), fill=STEEL, width=18)
    draw.line((680, height - 132, 820, height - 132), fill=RED, width=20)
    draw.line((420, height - 30, 420, height - 90), fill=STEEL, width=14)
    sketch.gauge(420, height - 140, 62, in_order=sketch.after)
    sketch.box(880, 620, 220, 150, sketch.vary((120, 130, 140)), depth=30)
    draw.rectangle((915, 655, 1060, 715), fill=(30, 40, 44))
    if sketch.after:
        for x in (60, 560, 1080):
            draw.polygon([(x, height - 12), (x + 50, height - 12), (x + 50, height - 26), (x + 84, height), (x + 50, height + 26), (x + 50, height + 12), (x, height + 12)], fill=(30, 30, 30))
        draw.rectangle((925, 668, 1050, 702), fill=(60, 200, 110))
        sketch.sign(560, 440, 110, YELLOW)
        draw.ellipse((250, 130, 310, 190), fill=(230, 230, 226), outline=GREEN, width=8)
    else:
        sketch.stains(40, height - 26, 1160, height + 26, (136, 78, 40), 34)
        draw.rectangle((925, 668, 1050, 702), fill=(60, 20, 20))
        draw.ellipse((250, 130, 310, 190), fill=(120, 112, 96), outline=(90, 80, 70), width=8)
        sketch.wires(860, 560, 1120, 780, 4)


def warehouse_racks(sketch: Sketch) -> None:
    """High racks with cartons on pallets."""
    draw, random = sketch.draw, sketch.random
    sketch.room(sketch.vary((204, 206, 204)), sketch.vary((150, 150, 146)), 330, columns=5)
    rows = (190, 390, 590, 790)
    for bay in range(3):
        left = 40 + bay * 390
        for row, y in enumerate(rows):
            for place in range(3):
                x = left + 24 + place * 112
                size = 92 + random.randrange(14)
                sketch.box(x, y - size, size, size, sketch.vary(CARDBOARD, 0.16), depth=14)
            lean = 26 if not sketch.after and bay == 1 and row == 1 else 0
            draw.line((left, y + 8, left + 370, y + 8 + lean), fill=(222, 108, 40), width=18)
        for x in (left, left + 370):
            bend = 24 if not sketch.after and bay == 1 and x > left else 0
            draw.line([(x, 60), (x + bend, 620), (x, 850)], fill=BLUE, width=20, joint="curve")
    if sketch.after:
        for bay in range(3):
            x = 40 + bay * 390
            draw.rectangle((x - 16, 760, x + 24, 856), fill=YELLOW)
            draw.rectangle((x + 120, 394, x + 260, 424), fill=(250, 250, 240), outline=RED, width=4)
        sketch.marked_floor(40, 850, 1170, 892)
    else:
        sketch.cartons(420, 150, 4, 1, 110)
        sketch.cartons(300, 890, 5, 2, 140)
        draw.line((560, 20, 560, 70), fill=RED, width=12)


def drums(sketch: Sketch) -> None:
    """Drums, cylinders and sacks in a store."""
    draw, random = sketch.draw, sketch.random
    sketch.room(sketch.vary((198, 196, 186)), sketch.vary((146, 144, 140)), 430)
    colours = [random.choice([(40, 84, 140), (44, 120, 88), (150, 60, 50), (110, 112, 116)]) for _ in range(7)]
    tilt = 0 if sketch.after else 26
    for place, colour in enumerate(colours):
        x = 90 + place * 142 + (0 if sketch.after else random.uniform(-tilt, tilt))
        y = 470 + (place % 2) * 60
        draw.rectangle((x, y, x + 116, y + 250), fill=colour)
        draw.ellipse((x, y + 230, x + 116, y + 270), fill=shade(colour, 0.8))
        draw.ellipse((x, y - 22, x + 116, y + 22), fill=shade(colour, 1.25), outline=shade(colour, 0.6))
        for band in (80, 165):
            draw.line((x, y + band, x + 116, y + band), fill=shade(colour, 0.7), width=8)
        if sketch.after:
            draw.rectangle((x + 24, y + 92, x + 92, y + 152), fill=(250, 250, 246), outline=RED, width=4)
            draw.polygon([(x + 58, y + 98), (x + 82, y + 122), (x + 58, y + 146), (x + 34, y + 122)], fill=YELLOW, outline=(30, 30, 30))
    if sketch.after:
        sketch.box(50, 770, 1090, 44, YELLOW, depth=30)
        sketch.sign(130, 150, 120, YELLOW)
        sketch.sign(820, 160, 100, BLUE)
        draw.line((70, 540, 1120, 540), fill=STEEL, width=8)
    else:
        sketch.stains(120, 740, 1080, 860, (66, 60, 52), 26)
        sketch.cartons(860, 880, 2, 2, 130)
        draw.rectangle((180, 820, 520, 846), fill=WOOD)


def pit(sketch: Sketch) -> None:
    """A water pit in the floor with its cover."""
    draw, random = sketch.draw, sketch.random
    sketch.room(sketch.vary((176, 184, 182)), sketch.vary((140, 142, 140)), 330, columns=3)
    left, right = 230 + random.randrange(50), 930 + random.randrange(60)
    outer = [(left + 110, 470), (right - 110, 470), (right, 740), (left, 740)]
    draw.polygon(outer, fill=(70, 72, 70))
    water = (64, 104, 104) if random.random() < 0.5 else (96, 90, 72)
    draw.polygon([(left + 124, 510), (right - 124, 510), (right - 40, 730), (left + 40, 730)], fill=water)
    for _ in range(14):
        x, y = random.uniform(left + 120, right - 140), random.uniform(540, 710)
        draw.arc((x, y, x + 90, y + 18), 180, 350, fill=shade(water, 1.4), width=3)
    sketch.pipe([(80, 330), (80, 620), (left + 60, 620)], 36, STEEL)
    if sketch.after:
        for place in range(16):
            share = place / 15
            draw.line((left + 110 + (right - left - 220) * share, 470, left + (right - left) * share, 740), fill=STEEL, width=14)
        for share in (0.0, 0.3, 0.65, 1.0):
            y = 470 + 270 * share
            draw.line((left + 110 * (1 - share), y, right - 110 * (1 - share), y), fill=shade(STEEL, 0.8), width=12)
        sketch.rail(left - 40, right + 40, 640, 800)
        sketch.sign(990, 210, 130, YELLOW)
        draw.ellipse((1040, 400, 1130, 490), outline=(230, 90, 40), width=22)
    else:
        draw.polygon([(left - 160, 780), (left + 90, 770), (left + 130, 830), (left - 140, 850)], fill=STEEL, outline=DARK_STEEL)
        sketch.stains(left, 750, right + 120, 850, (84, 86, 80), 18)
        draw.line((990, 520, 1120, 760), fill=WOOD, width=22)


def dust(sketch: Sketch) -> None:
    """A dust collector with its ducts under a roof truss."""
    draw, random = sketch.draw, sketch.random
    sketch.room(sketch.vary((200, 196, 186)), sketch.vary((150, 146, 138)), 560, columns=3)
    for place in range(6):
        x = place * 230 - 40
        draw.line([(x, 150), (x + 115, 60), (x + 230, 150)], fill=DARK_STEEL, width=12)
    draw.line((0, 152, WIDTH, 152), fill=DARK_STEEL, width=16)
    left = 560 + random.randrange(120)
    sketch.box(left, 230, 330, 250, sketch.vary((110, 136, 150)), depth=46)
    draw.polygon([(left + 20, 480), (left + 310, 480), (left + 200, 650), (left + 130, 650)], fill=sketch.vary((96, 120, 132)))
    for x in (left + 30, left + 300):
        draw.line((x, 480, x, 760), fill=DARK_STEEL, width=18)
    sketch.pipe([(60, 620), (60, 300), (left, 300)], 70, sketch.vary(STEEL))
    sketch.pipe([(240, 640), (240, 300)], 46, sketch.vary(STEEL))
    sketch.box(left + 110, 660, 120, 130, (60, 70, 76), depth=20)
    powder = (206, 198, 180)
    if sketch.after:
        sketch.sign(left + 110, 300, 110, YELLOW)
        sketch.gauge(left - 70, 420, 44, in_order=True)
        sketch.marked_floor(left - 40, 800, left + 420, 870)
        draw.rectangle((200, 640, 280, 700), fill=shade(STEEL, 1.1))
    else:
        for place in range(26):
            x = random.uniform(0, WIDTH)
            draw.ellipse((x, 138, x + 90, 158), fill=sketch.vary(powder, 0.08))
        sketch.stains(80, 700, 1080, 870, powder, 60)
        draw.polygon([(left + 60, 850), (left + 170, 770), (left + 300, 850)], fill=powder)
        sketch.gauge(left - 70, 420, 44, in_order=False)


def fire_equipment(sketch: Sketch) -> None:
    """A hydrant box and extinguishers on a wall."""
    draw, random = sketch.draw, sketch.random
    sketch.room(sketch.vary((218, 214, 204)), sketch.vary((154, 154, 150)), 640, columns=2)
    left = 200 + random.randrange(160)
    sketch.box(left, 190, 360, 430, sketch.vary(RED, 0.08), depth=34)
    draw.rectangle((left + 36, 230, left + 324, 590), fill=(232, 236, 236))
    draw.ellipse((left + 70, 280, left + 250, 460), outline=(216, 206, 180), width=34)
    draw.rectangle((left + 270, 420, left + 310, 540), fill=(150, 150, 146))
    for place in range(2):
        x = left + 500 + place * 150
        draw.rounded_rectangle((x, 400, x + 90, 640), 34, fill=sketch.vary(RED, 0.06))
        draw.rectangle((x + 30, 360, x + 60, 404), fill=(40, 40, 40))
        sketch.gauge(x + 45, 440, 22, in_order=sketch.after)
    if sketch.after:
        draw.rectangle((left + 480, 640, left + 820, 680), fill=DARK_STEEL)
        sketch.sign(left + 530, 210, 100, RED)
        for x in (left + 500, left + 650):
            draw.rectangle((x + 16, 500, x + 74, 590), fill=(250, 250, 246))
            for line in range(4):
                draw.line((x + 24, 518 + line * 18, x + 66, 518 + line * 18), fill=BLUE, width=4)
        sketch.marked_floor(left - 30, 720, left + 860, 860)
    else:
        sketch.cartons(left - 60, 870, 4, 3, 150)
        draw.line((left + 60, 240, left + 290, 570), fill=(150, 150, 150), width=6)
        sketch.stains(left + 500, 420, left + 720, 630, (110, 60, 50), 8)


def charging(sketch: Sketch) -> None:
    """A charging place for fork-lifts and electric bicycles."""
    draw, random = sketch.draw, sketch.random
    sketch.room(sketch.vary((196, 202, 196)), sketch.vary((146, 148, 144)), 470)
    x = 380 + random.randrange(160)
    colour = sketch.vary(random.choice([(230, 120, 30), (226, 186, 40), (70, 130, 90)]))
    sketch.box(x, 480, 330, 190, colour, depth=50)
    draw.line([(x + 40, 480), (x + 70, 300), (x + 250, 300), (x + 300, 480)], fill=DARK_STEEL, width=16)
    for wheel in (x + 60, x + 260):
        draw.ellipse((wheel - 50, 630, wheel + 50, 730), fill=(34, 34, 34))
        draw.ellipse((wheel - 20, 660, wheel + 20, 700), fill=STEEL)
    draw.line((x - 20, 260, x - 20, 700), fill=DARK_STEEL, width=26)
    draw.line((x - 30, 700, x - 220, 706), fill=STEEL, width=18)
    sketch.box(930, 330, 150, 210, sketch.vary((88, 108, 128)), depth=26)
    draw.rectangle((955, 365, 1055, 425), fill=(30, 60, 44) if sketch.after else (30, 30, 30))
    if sketch.after:
        sketch.pipe([(1000, 540), (1000, 620), (x + 330, 600)], 12, (30, 30, 30))
        sketch.marked_floor(150, 740, 1100, 870)
        sketch.sign(120, 180, 110, YELLOW)
        draw.rounded_rectangle((1120, 560, 1172, 700), 20, fill=RED)
    else:
        sketch.wires(x + 300, 480, 1000, 780, 5)
        sketch.cartons(60, 860, 3, 4, 140)
        sketch.cartons(900, 880, 2, 2, 150)


def pressure_tank(sketch: Sketch) -> None:
    """An upright air receiver with gauge and safety valve."""
    draw, random = sketch.draw, sketch.random
    sketch.room(sketch.vary((202, 204, 206)), sketch.vary((148, 148, 144)), 560, columns=3)
    x = 360 + random.randrange(160)
    colour = sketch.vary(random.choice([(70, 112, 150), (196, 200, 204), (64, 130, 110)]))
    draw.rectangle((x, 240, x + 280, 660), fill=colour)
    draw.ellipse((x, 170, x + 280, 310), fill=shade(colour, 1.14))
    draw.ellipse((x, 590, x + 280, 730), fill=shade(colour, 0.8))
    draw.rectangle((x + 190, 240, x + 280, 660), fill=shade(colour, 0.82))
    for leg in (x + 40, x + 240):
        draw.line((leg, 690, leg, 800), fill=DARK_STEEL, width=24)
    sketch.pipe([(x + 280, 360), (1000, 360), (1000, -10)], 34, STEEL)
    draw.line((x + 140, 180, x + 140, 110), fill=STEEL, width=22)
    draw.rectangle((x + 116, 70, x + 164, 120), fill=(190, 160, 70))
    sketch.box(880, 520, 240, 210, sketch.vary((70, 90, 110)), depth=30)
    sketch.gauge(x + 90, 390, 66, in_order=sketch.after)
    if sketch.after:
        draw.rectangle((x + 40, 500, x + 160, 570), fill=(250, 250, 244), outline=GREEN, width=6)
        draw.line((x + 54, 522, x + 146, 522), fill=(60, 60, 60), width=5)
        draw.line((x + 54, 546, x + 126, 546), fill=(60, 60, 60), width=5)
        draw.rectangle((x + 170, 84, x + 214, 110), fill=YELLOW)
        sketch.sign(130, 220, 110, YELLOW)
    else:
        sketch.stains(x + 10, 260, x + 260, 650, (134, 84, 52), 26)
        sketch.stains(x - 40, 780, x + 380, 860, (70, 74, 76), 14)


def hoist(sketch: Sketch) -> None:
    """An overhead crane with its hook."""
    draw, random = sketch.draw, sketch.random
    sketch.room(sketch.vary((192, 198, 202)), sketch.vary((142, 142, 138)), 600)
    sketch.box(-20, 120, 1250, 74, sketch.vary(YELLOW, 0.1), depth=24)
    x = 420 + random.randrange(300)
    sketch.box(x, 196, 210, 90, sketch.vary((60, 90, 130)), depth=20)
    for rope in (x + 80, x + 105, x + 130):
        draw.line((rope, 286, x + 105, 520), fill=(40, 40, 40), width=6)
    draw.rectangle((x + 62, 510, x + 148, 590), fill=YELLOW if sketch.after else (150, 110, 60))
    draw.arc((x + 58, 580, x + 158, 700), -60, 200, fill=(60, 60, 60), width=26)
    sketch.box(140, 690, 220, 130, sketch.vary(STEEL), depth=40)
    sketch.box(860, 700, 200, 120, sketch.vary(STEEL), depth=40)
    if sketch.after:
        draw.line((x + 62, 640, x + 148, 606), fill=GREEN, width=12)
        draw.rectangle((x + 160, 520, x + 240, 580), fill=(250, 250, 244), outline=GREEN, width=6)
        draw.rectangle((x + 60, 134, x + 170, 182), fill=(250, 250, 244))
        sketch.marked_floor(80, 830, 1120, 880)
    else:
        for _ in range(26):
            px, py = random.uniform(x + 76, x + 134), random.uniform(300, 500)
            draw.line((px, py, px + random.uniform(-26, 26), py + random.uniform(-16, 16)), fill=(60, 50, 40), width=3)
        sketch.stains(x + 50, 510, x + 160, 690, (140, 86, 50), 12)


def documents(sketch: Sketch) -> None:
    """Ledgers and files on a desk."""
    draw, random = sketch.draw, sketch.random
    draw.rectangle((0, 0, WIDTH, HEIGHT), fill=sketch.vary(WOOD, 0.1))
    for row in range(0, HEIGHT, 34):
        draw.line((0, row, WIDTH, row + random.uniform(-6, 6)), fill=shade(WOOD, random.uniform(0.82, 1.08)), width=6)
    for place, colour in enumerate(((40, 90, 150), (160, 50, 44), (40, 120, 80))):
        sketch.box(40, 60 + place * 92, 250, 70, sketch.vary(colour), depth=16)
    for page in range(2):
        left, top = 330 + page * 410, 130 + page * 46
        paper = [(left, top), (left + 390, top - 16), (left + 410, top + 560), (left + 14, top + 584)]
        draw.polygon([(x + 12, y + 14) for x, y in paper], fill=shade(WOOD, 0.6))
        draw.polygon(paper, fill=(246, 244, 236))
        draw.line((left + 110, top + 46, left + 290, top + 40), fill=(40, 40, 40), width=12)
        for row in range(9):
            y = top + 96 + row * 50
            draw.line((left + 30, y, left + 376, y - 10), fill=(150, 150, 150), width=3)
            filled = sketch.after or row < 3
            for column in range(4):
                x = left + 40 + column * 86
                length = random.uniform(26, 66)
                if filled:
                    draw.line((x, y + 26, x + length, y + 23), fill=(50, 60, 110), width=6)
        if sketch.after:
            draw.ellipse((left + 220, top + 400, left + 360, top + 540), outline=(200, 40, 40), width=9)
            draw.polygon(_star(left + 290, top + 470, 34), fill=(200, 40, 40))
        else:
            draw.line((left + 60, top + 420, left + 340, top + 300), fill=(190, 60, 50), width=5)
    draw.line((150, 800, 420, 720), fill=(30, 30, 34), width=20)


def road(sketch: Sketch) -> None:
    """A road in the park with kerb, lamp and factory behind."""
    draw, random = sketch.draw, sketch.random
    for row in range(0, 380, 10):
        draw.rectangle((0, row, WIDTH, row + 10), fill=shade((150, 186, 214), 0.9 + row / 2000))
    for place in range(4):
        sketch.box(place * 320 - 40, 230 + random.randrange(40), 260, 180, sketch.vary((190, 186, 178)), depth=30)
    draw.rectangle((0, 400, WIDTH, HEIGHT), fill=sketch.vary((96, 98, 100)))
    draw.polygon([(0, 520), (0, 430), (WIDTH, 410), (WIDTH, 450)], fill=(172, 170, 164))
    for place in range(5):
        x = 120 + place * 240
        draw.polygon([(x, 650), (x + 110, 650), (x + 130, 670), (x + 6, 670)], fill=(226, 226, 220))
    draw.line((1040, 150, 1040, 470), fill=DARK_STEEL, width=14)
    draw.line((1040, 150, 960, 140), fill=DARK_STEEL, width=12)
    x = 380 + random.randrange(260)
    if sketch.after:
        draw.ellipse((x, 720, x + 220, 800), fill=(70, 74, 78), outline=(40, 40, 40), width=8)
        for line in range(5):
            draw.line((x + 40 + line * 34, 736, x + 40 + line * 34, 784), fill=(40, 40, 40), width=5)
        for place in range(12):
            draw.rectangle((60 + place * 90, 830, 104 + place * 90, 866), fill=YELLOW if place % 2 else (30, 30, 30))
        sketch.sign(150, 330, 100, YELLOW)
    else:
        draw.ellipse((x, 720, x + 220, 800), fill=(12, 12, 14))
        sketch.box(760, 430, 330, 190, sketch.vary((60, 90, 140)), depth=50)
        for wheel in (830, 1010):
            draw.ellipse((wheel, 580, wheel + 80, 660), fill=(24, 24, 24))
        sketch.stains(120, 700, 1080, 880, (70, 70, 70), 16)


def construction(sketch: Sketch) -> None:
    """A building site: slab edges and scaffolding."""
    draw, random = sketch.draw, sketch.random
    for row in range(0, HEIGHT, 10):
        draw.rectangle((0, row, WIDTH, row + 10), fill=shade((176, 196, 210), 1.05 - row / 3000))
    draw.rectangle((0, 800, WIDTH, HEIGHT), fill=sketch.vary((164, 140, 104)))
    for floor in range(3):
        y = 250 + floor * 200
        sketch.box(180, y, 840, 34, sketch.vary(CONCRETE), depth=60)
        for column in range(4):
            draw.rectangle((230 + column * 250, y + 34, 264 + column * 250, y + 200), fill=sketch.vary((140, 138, 132)))
    for place in range(8):
        x = 120 + place * 136
        draw.line((x, 120, x, 820), fill=DARK_STEEL, width=9)
    for level in range(6):
        y = 170 + level * 120
        draw.line((110, y, 1090, y), fill=DARK_STEEL, width=7)
    hole = 420 + random.randrange(200)
    if sketch.after:
        for floor in range(3):
            y = 250 + floor * 200
            sketch.rail(190, 1010, y - 100, y - 4)
        draw.polygon([(120, 130), (1080, 130), (1080, 330), (120, 330)], outline=GREEN)
        for x in range(120, 1080, 20):
            draw.line((x, 130, x, 330), fill=(60, 150, 90), width=2)
        for y in range(130, 330, 20):
            draw.line((120, y, 1080, y), fill=(60, 150, 90), width=2)
    else:
        draw.polygon([(hole, 452), (hole + 150, 452), (hole + 180, 420), (hole + 30, 420)], fill=(20, 20, 20))
        for place in range(3):
            draw.line((600 + place * 60, 640, 700 + place * 70, 600), fill=STEEL, width=12)
        sketch.stains(200, 830, 1000, 880, (120, 100, 74), 12)


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    return [
        (x + (radius if corner % 2 == 0 else radius * 0.42) * sin(pi * corner / 5), y - (radius if corner % 2 == 0 else radius * 0.42) * cos(pi * corner / 5))
        for corner in range(10)
    ]


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
