"""The year on one page: what happens in a month, in this order, and at the year's end."""

from __future__ import annotations

from parecon.simulate import areas, closing, collectors, exchange, people, spot
from parecon.simulate.world import World


def month(world: World) -> None:
    """One month of the whole economy, in place; the twelfth closes the year."""
    # people
    people.allowances(world)
    if world.has("secondhand.areas"):
        areas.move_house(world)
    thoughts = exchange.thinking(world)
    # durables
    exchange.wear_out(world, thoughts)
    if world.law("secondhand")["mode"] == "spot":
        spot.trade(world, thoughts)
    else:
        exchange.parting(world, thoughts)
        exchange.wanting(world, thoughts)
        exchange.pass_on(world)
        if world.has("secondhand.areas"):
            areas.carry(world)
            exchange.pass_on(world)
        exchange.give_up(world)
        exchange.keep_shelves(world)
        exchange.note_clearing_index(world)
    # other things that are passed on
    if world.has("secondhand.collectables"):
        collectors.collect(world)
    # the year's end
    if world.clock.closes_year:
        closing.close_year(world)
        people.spend_savings(world)
    # the books
    world.check()
    world.record.close_month(world)
    world.clock = world.clock.next()
