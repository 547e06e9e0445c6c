"""Book a table in several steps: a form with a calendar and choices, and a last look before it counts."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Literal

from anzol import ButtonCtx, MessageCtx, Reply, Router, TextCtx, keyboard, question

router = Router()


def is_open(day: date) -> bool:
    """Return whether the restaurant takes bookings: not in the past, and never on Mondays."""
    return date.today() <= day < date.today() + timedelta(days=60) and day.weekday() != 0


@dataclass
class Booking:
    guests: int = question("How many guests?", check=lambda n: 0 < n < 9, again="One to eight.")
    day: date = question("Which day?", check=is_open, again="We are closed then.")
    hour: Literal["18:00", "19:00", "20:00", "21:00"] = question("At what time?", columns=2)
    wishes: set[Literal["Terrace", "Vegan", "High chair"]] = question("Wishes?", default=set())
    note: str = question("Anything else?", default="")


@router.command("start", "book")
def book(ctx: TextCtx) -> Any:
    """Book a table."""
    return booked.start(ctx)


@router.form(Booking)
def booked(ctx: MessageCtx, booking: Booking) -> Reply:
    ctx.session["booking"] = {
        **asdict(booking),
        "day": booking.day.isoformat(),
        "wishes": sorted(booking.wishes),
    }
    wishes = ", ".join([*sorted(booking.wishes), *filter(None, [booking.note])]) or "no wishes"
    text = f"{booking.guests} on {booking.day}, {booking.hour}, {wishes}. Shall I book it?"
    return Reply(text, keyboard(("Book it", "confirm"), ("Start again", "restart")))


@router.button("confirm")
def confirm(ctx: ButtonCtx) -> None:
    booking = ctx.session.pop("booking", None)
    if booking is None:
        ctx.answer("That is booked already.")
        return
    ctx.session["booked"] = [*ctx.session.get("booked", []), booking]
    ctx.edit("Booked. See you!")


@router.button("restart")
def restart(ctx: ButtonCtx) -> Any:
    return booked.start(ctx)
