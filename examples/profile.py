"""A profile that people fill in, look at and change: a form, and a screen with a button for each field."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from anzol import ButtonCtx, MessageCtx, Reply, Router, TextCtx, html, keyboard, question

router = Router()


@dataclass
class Profile:
    name: str = question("What is your name?", check=lambda name: len(name) <= 40, again="Shorter?")
    age: int = question("How old are you?", check=lambda age: 5 < age < 120, again="Really?")
    sport: Literal["Running", "Chess", "None"] = question("Which sport?")
    photo: str = question(
        "A photo of you?",
        default="",
        again="A photo, please, or Skip.",
        read=lambda ctx: ctx.message.photo and ctx.message.photo[-1].file_id,
    )


@router.form(Profile)
def filled(ctx: MessageCtx, profile: Profile) -> None:
    ctx.user_session["profile"] = asdict(profile)
    shown.show(ctx)


@router.screen("profile")
def shown(ctx: MessageCtx) -> Reply:
    if "profile" not in ctx.user_session:
        return Reply("There is no profile. /start makes one.")
    profile = Profile(**ctx.user_session["profile"])
    text = html("<b>{}</b>, {}\nSport: {}", profile.name, profile.age, profile.sport)
    buttons = [(f"Change {name}", change.data(name=name)) for name in asdict(profile)]
    return Reply(text, keyboard(*buttons, columns=2))


@router.button("change:{name}")
def change(ctx: ButtonCtx, name: str) -> Any:
    known: dict[str, Any] = ctx.user_session.get("profile", {})
    return filled.start(ctx, **{field: value for field, value in known.items() if field != name})


@router.command("start", "profile")
def start(ctx: TextCtx) -> Any:
    """Show your profile."""
    return shown.show(ctx) if "profile" in ctx.user_session else filled.start(ctx)


@router.command("forget")
def forget(ctx: TextCtx) -> str:
    """Delete your profile."""
    return "It is deleted." if ctx.user_session.pop("profile", None) else "There is none."
