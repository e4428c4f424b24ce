"""What is made of a course is kept with it: made once, forgotten with it, and never more of it than is said."""

from __future__ import annotations

import gc
import weakref

from app.content.values.course import Course, made_of_course


class Trace:
    """Something that can be seen to go."""


@made_of_course(2)
def page(course: Course, day: int, *, long: bool = False) -> Trace:
    return Trace()


def test_it_is_made_once_of_each_course() -> None:
    course, imagined = Course(1), Course(1)
    assert page(course, 1) is page(course, 1)
    assert page(course, 1) is not page(course, 1, long=True)
    assert page(course, 1) is not page(imagined, 1)


def test_the_oldest_goes_first() -> None:
    course = Course(1)
    first = page(course, 1)
    page(course, 2)
    assert page(course, 1) is first
    page(course, 3)
    page(course, 4)
    assert page(course, 1) is not first


def test_it_goes_with_its_course() -> None:
    course = Course(1)
    kept = weakref.ref(page(course, 1))
    gc.collect()
    assert kept() is not None
    del course
    gc.collect()
    assert kept() is None
