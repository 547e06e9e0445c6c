"""Three examples in one bot, for a test with real files and a real Telegram."""

from anzol import Router
from examples import albums, converter, quiz

router = Router()
router.include(quiz.router)
router.album(albums.album)
router.on("message:document")(converter.convert)
