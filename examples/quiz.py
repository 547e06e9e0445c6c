"""A quiz: it asks for a name, then three questions with buttons, and counts the right answers."""

from anzol import ButtonCtx, Context, MessageCtx, Reply, Router, html, keyboard

router = Router()

# The first answer is the right one.
QUESTIONS = [
    ("What does 'anzol' mean?", ["A hook", "A goose", "A bridge"]),
    ("How many bytes may a button carry?", ["64", "32", "256"]),
    ("Which status ends a delivery?", ["200", "302", "500"]),
]


@router.command("start")
def start(ctx: MessageCtx) -> None:
    """Start the quiz from the beginning."""
    ctx.ask("What is your name?", then="name")


@router.state("name")
def named(ctx: MessageCtx) -> Reply:
    ctx.session.update(name=ctx.text, score=0, at=0)
    return question(ctx)


@router.button("answer:{at:int}:{choice:int}")
def answered(ctx: ButtonCtx, at: int, choice: int) -> None:
    if ctx.session.get("at") != at:
        ctx.answer("That question is over.")
        return
    right = choice == 0
    ctx.session["score"] += right
    ctx.session["at"] += 1
    ctx.answer("Right!" if right else f"No: {QUESTIONS[at][1][0]}")
    ctx.edit(question(ctx))


def question(ctx: Context) -> Reply:
    at = ctx.session["at"]
    if at == len(QUESTIONS):
        name, score = ctx.session["name"], ctx.session["score"]
        return Reply(html("<b>{}</b>: {} of {} right.", name, score, at))
    text, answers = QUESTIONS[at]
    buttons = sorted((label, f"answer:{at}:{choice}") for choice, label in enumerate(answers))
    return Reply(text, keyboard(*buttons))
