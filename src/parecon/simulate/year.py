"""The year on one page: what happens in a month, in this order, and at the year's end."""

from __future__ import annotations

from parecon.simulate import areas, closing, collectors, exchange, households, parks, people, private, spot
from parecon.simulate.homes import Thoughts
from parecon.simulate.world import World


def month(world: World) -> None:
    """One month of the whole economy, in place; the twelfth closes the year."""
    # people
    people.allowances(world)
    if world.has(areas.ROOM):
        areas.move_house(world)
    # durables
    thoughts = _thoughts(world)
    households.wear_out(world, thoughts)
    if world.has(parks.ROOM):
        thoughts = parks.share(world, thoughts)
    if _is_spot(world):
        spot.trade(world, thoughts)
    else:
        _hand_in_and_pass_on(world, thoughts)
    # other institutions
    if world.has(collectors.ROOM):
        collectors.collect(world)
    # the year's end
    if world.clock.closes_year:
        closing.close_year(world)
        world.witness.year_closed(world)
        if world.has(parks.ROOM):
            parks.close_year(world)
        people.spend_savings(world)
    # the books
    world.check()
    world.record.close_month(world)
    if world.clock.closes_year and world.has(private.ROOM):
        private.publish(world)
    world.witness.month_over(world)
    world.clock = world.clock.next()


def _is_spot(world: World) -> bool:
    return bool(world.law("secondhand")["mode"] == "spot")


def _thoughts(world: World) -> Thoughts:
    """Who thinks of what: all of them where each names a price or may share, else those who do something about it."""
    return households.thinking(world) if _is_spot(world) or world.has(parks.ROOM) else households.stirring(world)


def _hand_in_and_pass_on(world: World, thoughts: Thoughts) -> None:
    """What people want and part with, by announced prices: some of it privately, most of it at the exchange."""
    households.wanting(world, thoughts, thoughts.without())
    leaving = households.parting(world, thoughts)
    if world.has(private.ROOM):
        leaving = private.trade(world, thoughts, leaving)
    households.bring_in(world, thoughts, leaving)
    households.go_on(world, thoughts)
    exchange.pass_on(world)
    if world.has(areas.ROOM):
        exchange.pass_on(world, areas.carry(world))
    households.give_up(world)
    exchange.keep_shelves(world)
    exchange.note_clearing_index(world)
