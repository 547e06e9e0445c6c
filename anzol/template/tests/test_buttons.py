from __future__ import annotations

from anzol import Router, keyboard
from handlers.buttons import router


def test_likes_are_counted_in_place(telegram):
    offer = Router()
    offer.include(router)

    @offer.command("offer")
    def send_button(ctx):
        ctx.reply("Do you like it?", keyboard(("👍 Like", "like:1")))

    client = telegram(offer)
    client.send("/offer")
    client.click("👍 Like")
    client.click("👍 Again")
    assert client.texts == ["You liked this 2 times."]
    assert client.popups == ["Thank you!"] * 2
