"""What do cabinets, corridors, stores, roads, desks and building sites look like, before and after?

One function per kind of place, drawn on a `Sketch`. The place itself is drawn first, from the same random numbers in both pictures; what
was wrong and what was done about it comes last, so both show the same room.
"""

from math import cos, pi, sin

from scripts.demo_parts.drawing import BLUE, CARDBOARD, CONCRETE, DARK_STEEL, GREEN, HEIGHT, RED, STEEL, WIDTH, WOOD, YELLOW, Sketch, shade


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
                draw.line(
                    (left + 70 + column * 62, top + 181 + row * 150, left + 98 + column * 62, top + 181 + row * 150), fill=BLUE, width=6
                )
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
        draw.polygon(
            [(480 - place * -30, y), (720 - place * 30, y), (700 - place * 24, y + 18), (500 + place * 24, y + 18)], fill=(250, 250, 240)
        )
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


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    return [
        (
            x + (radius if corner % 2 == 0 else radius * 0.42) * sin(pi * corner / 5),
            y - (radius if corner % 2 == 0 else radius * 0.42) * cos(pi * corner / 5),
        )
        for corner in range(10)
    ]


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
