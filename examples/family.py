"""A nested conversation: one message whose screens lead to the people of a family and back, and forms inside it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from anzol import ButtonCtx, MessageCtx, Reply, Router, TextCtx, back, keyboard, question

router = Router()


@dataclass
class Person:
    name: str = question("What is the name?")
    born: int = question("Born in which year?", check=lambda year: 1900 < year < 2027)
    group: Literal["Parents", "Children"] = question("Where do they belong?")


@router.screen("family")
def family(ctx: MessageCtx) -> Reply:
    groups = [(name, group.data(name=name)) for name in ("Parents", "Children")]
    return Reply(f"{len(people(ctx))} people", keyboard(*groups, [("Add somebody", add.data())]))


@router.screen("group:{name}")
def group(ctx: MessageCtx, name: str) -> Reply:
    here = [
        [(one["name"], person.data(number=number))]
        for number, one in enumerate(people(ctx))
        if one["group"] == name
    ]
    return Reply(name if here else f"{name}: nobody", keyboard(*here, [back()]))


@router.screen("person:{number:int}")
def person(ctx: MessageCtx, number: int) -> Reply:
    if not 0 <= number < len(people(ctx)):
        return Reply("That person is gone.", keyboard(back()))
    one = Person(**people(ctx)[number])
    remove = ("Remove", drop.data(number=number))
    return Reply(f"{one.name}, born in {one.born}", keyboard(remove, [back()]))


@router.button("drop:{number:int}")
def drop(ctx: ButtonCtx, number: int) -> None:
    ctx.session["people"] = [one for at, one in enumerate(people(ctx)) if at != number]
    family.show(ctx)


@router.button("add")
def add(ctx: ButtonCtx) -> Any:
    return added.start(ctx)


@router.form(Person)
def added(ctx: MessageCtx, new: Person) -> None:
    ctx.session["people"] = [*people(ctx), asdict(new)]
    family.show(ctx)


@router.command("start")
def start(ctx: TextCtx) -> None:
    """Open your family."""
    family.show(ctx)


def people(ctx: MessageCtx | ButtonCtx) -> list[dict[str, Any]]:
    return list(ctx.session.get("people", []))
