"""A page that fails is read around the rows at which the shop fails, by whatever arithmetic of pages."""

import asyncio
from functools import partial
from typing import Any

import pytest

from contaazul_sync.core.errors import Failing
from contaazul_sync.core.words import quoted
from contaazul_sync.shops.pages import MOST_EXTRA, Around, Extra
from contaazul_sync.shops.port import Hidden

WHY = "the shop answered with an error of its own (500)."


class Server:
    """A server of `rows` rows that fails at some of them, by pages of at most `cap` rows."""

    def __init__(self, rows, bad=(), cap=100, repeats=False, ignores=False):
        self.rows, self.bad, self.cap = rows, set(bad), cap
        self.repeats, self.ignores = repeats, ignores
        self.asked = []  # (start, size, tries)
        self.away_after = None
        self.habit = self.cut

    async def page(self, number, size, tries):
        """Page `number`, from 0, as this server has it."""
        return await self.habit(number, size, tries)

    async def cut(self, number, size, tries):
        """The same, as an API of numbered pages cuts it."""
        self.asked.append((number, size, tries))
        if self.away_after is not None and len(self.asked) > self.away_after:
            raise Failing(quoted(WHY))
        size = self.cap if self.ignores else min(size, self.cap)
        last = max((self.rows - 1) // size, 0)
        number = min(number, last) if self.repeats else number
        shown = range(number * size, min((number + 1) * size, self.rows))
        if self.bad & set(shown):
            raise Failing(quoted(WHY))
        return [{"id": each} for each in shown]

    async def part(self, start, size, tries):
        return await self.page(start // size, size, tries)


async def walk(server, asked=100):
    """All pages of a server, as the merchant API's walk asks for them."""
    found: list[Any] = []
    sizes: list[int] = []
    before = None
    around = Around(server.part, Extra())
    number = 0
    while number < 300:
        size = sizes[0] if len(set(sizes)) == 1 else asked
        read = await around.read(partial(server.page, number, asked), number * size, size)
        if 0 < around.size < asked:
            number, asked, sizes = number * size // around.size, around.size, []
            continue
        number += 1
        rows = [row for row in read if not isinstance(row, Hidden)]
        if len(rows) < len(read):
            found += read
            if around.ended:
                break
            continue
        if not rows or rows == before:
            break
        sizes.append(len(rows))
        found += read
        before = rows
    return found


def read(server, asked=100):
    found = asyncio.run(walk(server, asked))
    shown = {row["id"] for row in found if not isinstance(row, Hidden)}
    return shown, [each for each in found if isinstance(each, Hidden)]


def hidden(server, asked=100):
    """What was not shown, and how many rows the walk says that it hid."""
    shown, gaps = read(server, asked)
    return set(range(server.rows)) - shown, sum(gap.rows for gap in gaps)


@pytest.mark.parametrize("bad", [0, 1, 49, 50, 57, 99, 100, 149, 229])
def test_one_bad_row_is_alone_wherever_it_stands(bad):
    server = Server(230, [bad])

    assert hidden(server) == ({bad}, 1)


@pytest.mark.parametrize("bad", [0, 1, 4])
@pytest.mark.parametrize("rows", [5, 7, 100, 101])
def test_one_bad_row_is_alone_in_a_list_of_one_page(rows, bad):
    assert hidden(Server(rows, [bad])) == ({bad}, 1)


def test_a_list_whose_only_row_breaks_it_is_read_to_its_end():
    assert hidden(Server(1, [0])) == ({0}, 1)


@pytest.mark.parametrize("bad", [(12, 87), (0, 1), (99, 100), (3, 4)])
def test_two_bad_rows_are_both_alone(bad):
    assert hidden(Server(230, bad)) == (set(bad), 2)


def test_what_one_walk_asks_besides_is_bounded():
    healthy = Server(1000)
    read(healthy)
    server = Server(1000, range(3, 400, 97))

    missed, _rows = hidden(server)

    assert len(server.asked) - len(healthy.asked) <= MOST_EXTRA
    assert all(tries == 1 for _start, size, tries in server.asked if size < 100)
    assert missed >= {3, 100}
    assert 999 not in missed  # what comes after the last that could be split


def test_a_shop_that_fails_at_every_page_shows_what_it_can():
    server = Server(10_000, range(3, 10_000, 97))

    shown, gaps = read(server)

    assert {0, 1, 2, 4, 99} <= shown
    assert gaps
    assert len(server.asked) < 60


def test_a_shop_that_is_away_is_not_asked_in_parts():
    server = Server(230)
    server.away_after = 0

    with pytest.raises(Failing):
        read(server)

    assert len(server.asked) == 3


def test_a_shop_that_goes_away_between_two_pages_is_not_asked_in_parts():
    server = Server(230)
    server.away_after = 2

    with pytest.raises(Failing):
        read(server)

    assert len(server.asked) == 4


def test_a_shop_that_goes_away_while_a_page_is_read_in_parts_ends_the_walk():
    server = Server(1230, [57])
    server.away_after = 5

    with pytest.raises(Failing):
        read(server)

    assert len(server.asked) < 20


@pytest.mark.parametrize("cap", [30, 25, 7, 1])
@pytest.mark.parametrize("bad", [0, 29, 30, 57, 61, 69])
def test_a_server_that_caps_its_pages_hides_no_other_row(cap, bad):
    server = Server(70, [bad], cap=cap)

    assert hidden(server)[0] == {bad}


@pytest.mark.parametrize("bad", [0, 57, 150, 228, 229])
def test_a_server_that_repeats_its_last_page_ends_all_the_same(bad):
    server = Server(230, [bad], repeats=True)

    assert hidden(server)[0] == {bad}


@pytest.mark.parametrize("bad", [0, 150, 229])
def test_a_server_that_gives_whole_pages_only_hides_that_page(bad):
    server = Server(230, [bad], ignores=True)

    missed, rows = hidden(server)

    assert rows == 100
    page = bad // 100
    assert missed == set(range(page * 100, min(page * 100 + 100, 230)))


def of_at_most(most, rows=230, first=0, **habits):
    """A server that has neither the time nor the memory for more rows at once, from some row on."""
    server = Server(rows, **habits)
    ask = server.cut

    async def heavy(number, size, tries):
        shown = min(size, server.rows - number * size)
        if shown > most and (number + 1) * size > first:
            server.asked.append((number, size, tries))
            raise Failing(quoted(WHY))
        return await ask(number, size, tries)

    server.habit = heavy
    return server


@pytest.mark.parametrize("first", [0, 100, 200])
@pytest.mark.parametrize("rows", [60, 99, 100, 230, 299, 1000])
@pytest.mark.parametrize("most", [50, 20, 10])
def test_a_page_that_is_too_much_as_a_whole_is_read_in_smaller_ones_from_there_on(most, rows, first):
    server = of_at_most(most, rows, first)

    assert read(server) == (set(range(rows)), [])


def test_of_a_slow_server_each_page_is_not_found_out_anew():
    server = of_at_most(50, 1000)

    read(server)

    assert [size for _number, size, _tries in server.asked].count(100) == 1
    assert len(server.asked) < 30


@pytest.mark.parametrize("bad", [0, 49, 120, 299])
def test_a_bad_row_of_a_slow_server_is_alone_all_the_same(bad):
    server = of_at_most(50, 300)
    server.bad = {bad}

    assert hidden(server) == ({bad}, 1)


def test_a_server_that_gives_its_whole_page_only_is_not_taken_for_a_slow_one():
    """The rows of its parts would be others."""
    server = of_at_most(50, 130, ignores=True)

    assert read(server)[1]


def test_a_failure_that_passes_costs_no_row():
    server = Server(230)
    ask = server.cut

    async def once(number, size, tries):
        if size == 100 and number == 1 and len(server.asked) < 7:
            server.asked.append((number, size, tries))
            raise Failing(quoted(WHY))
        return await ask(number, size, tries)

    server.habit = once

    assert read(server) == (set(range(230)), [])


def test_rows_that_move_while_they_are_read_end_no_walk():
    """An order that comes in first moves all others by one, between two requests."""
    server = Server(230, [120])
    ask = server.cut

    async def moving(number, size, tries):
        moved = len(server.asked) // 7
        server.bad = {120 + moved}
        return [{"id": row["id"] - moved} for row in await ask(number, size, tries)]

    server.habit = moving

    shown, gaps = read(server)

    assert shown >= set(range(200)) - {120}
    assert gaps


def test_nothing_but_a_failing_page_is_read_in_parts():
    """A token that is not accepted, or too many requests, is nothing that a smaller page changes."""

    async def refused(*_asked):
        raise PermissionError

    around = Around(refused, Extra())

    with pytest.raises(PermissionError):
        asyncio.run(around.read(partial(refused, 0), 0, 100))
