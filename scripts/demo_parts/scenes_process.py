"""What do kilns, forming lines, gas mains, pits, dust collectors, vessels and cranes look like, before and after?

One function per kind of place, drawn on a `Sketch`. The place itself is drawn first, from the same random numbers in both pictures; what
was wrong and what was done about it comes last, so both show the same room.
"""

from math import cos, pi, sin

from scripts.demo_parts.drawing import BRICK, CLAY, CONCRETE, DARK_STEEL, GLAZE, GREEN, RED, STEEL, WIDTH, WOOD, YELLOW, Sketch, shade


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
            draw.polygon(
                [
                    (x, height - 12),
                    (x + 50, height - 12),
                    (x + 50, height - 26),
                    (x + 84, height),
                    (x + 50, height + 26),
                    (x + 50, height + 12),
                    (x, height + 12),
                ],
                fill=(30, 30, 30),
            )
        draw.rectangle((925, 668, 1050, 702), fill=(60, 200, 110))
        sketch.sign(560, 440, 110, YELLOW)
        draw.ellipse((250, 130, 310, 190), fill=(230, 230, 226), outline=GREEN, width=8)
    else:
        sketch.stains(40, height - 26, 1160, height + 26, (136, 78, 40), 34)
        draw.rectangle((925, 668, 1050, 702), fill=(60, 20, 20))
        draw.ellipse((250, 130, 310, 190), fill=(120, 112, 96), outline=(90, 80, 70), width=8)
        sketch.wires(860, 560, 1120, 780, 4)


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
        for _ in range(26):
            left_end = random.uniform(0, WIDTH)
            draw.ellipse((left_end, 138, left_end + 90, 158), fill=sketch.vary(powder, 0.08))
        sketch.stains(80, 700, 1080, 870, powder, 60)
        draw.polygon([(left + 60, 850), (left + 170, 770), (left + 300, 850)], fill=powder)
        sketch.gauge(left - 70, 420, 44, in_order=False)


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
