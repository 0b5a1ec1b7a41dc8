from core.report.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, draw
from core.report.types import Point, ScatterChart


def chart(*points):
    return ScatterChart("t", "a", "x", "y", ("one",), tuple(Point(x, y, "p") for x, y in points))


def test_marks_are_inside_the_axes_and_in_order():
    drawing = draw(chart((0.1, 0.7), (1.0, 0.95), (30.0, 1.0)))
    xs, ys = [dot.x for dot in drawing.dots], [dot.y for dot in drawing.dots]
    assert xs == sorted(xs)
    assert ys == sorted(ys, reverse=True)
    assert all(LEFT <= x <= WIDTH - RIGHT for x in xs)
    assert all(TOP <= y <= HEIGHT - BOTTOM for y in ys)
    assert [tick.label for tick in drawing.y_ticks] == ["0.60", "0.70", "0.80", "0.90", "1.00"]
    assert {"0.1", "1", "10"} <= {tick.label for tick in drawing.x_ticks}


def test_one_point_and_none():
    assert len(draw(chart((2.0, 1.0))).dots) == 1
    assert draw(chart()).dots == ()
    assert draw(chart((0.0, 0.0))).dots[0].y == HEIGHT - BOTTOM
