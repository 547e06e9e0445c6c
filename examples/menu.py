"""A pizzeria: one message whose buttons lead through the menu, and an order that is remembered."""

from anzol import ButtonCtx, Context, MessageCtx, Reply, Router, html, keyboard

router = Router()

PIZZAS = {"margherita": 8, "funghi": 9, "diavola": 10}


@router.command("start", "menu")
def show_menu(ctx: MessageCtx) -> Reply:
    """Order a pizza."""
    return menu_page(ctx)


@router.button("add:{name}")
def add(ctx: ButtonCtx, name: str) -> None:
    order = ctx.session.setdefault("order", {})
    order[name] = order.get(name, 0) + 1
    ctx.answer(f"One more {name}")
    ctx.edit(menu_page(ctx))


@router.button("order")
def confirm(ctx: ButtonCtx) -> None:
    order = ctx.session.pop("order", {})
    if not order:
        ctx.answer("Nothing is ordered yet.", show_alert=True)
        return
    ctx.edit(html("Thank you! <b>{}</b>, that is {} €.", summary(order), price(order)))


def menu_page(ctx: Context) -> Reply:
    order = ctx.session.get("order", {})
    text = f"Your order: {summary(order)}, {price(order)} €" if order else "What would you like?"
    pizzas = [(f"{name.title()} {cost} €", f"add:{name}") for name, cost in PIZZAS.items()]
    return Reply(text, keyboard(*[[pizza] for pizza in pizzas], ("Order", "order")))


def summary(order: dict[str, int]) -> str:
    return ", ".join(f"{count} × {name}" for name, count in order.items())


def price(order: dict[str, int]) -> int:
    return sum(PIZZAS[name] * count for name, count in order.items())
