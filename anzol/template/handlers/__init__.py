"""Your bot: one file is one feature with one router, listed here in the order in which they are tried."""

from anzol import Router
from handlers import buttons, echo, photo, start

router = Router()
router.include(start.router, buttons.router, photo.router, echo.router)
