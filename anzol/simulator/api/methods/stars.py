"""Stars and what they buy: gifts, subscriptions, refunds."""

from __future__ import annotations

import secrets
from typing import Any

from ...world.accounts import GIFTS, Account, gift
from ...world.bots import Bot
from ...world.posting import post_service
from ...world.views import bot_user
from ...world.world import World
from ..calls import Call, method
from ..errors import bad
from ..texts import format_text

Json = dict[str, Any]

PREMIUM = {3: 1000, 6: 1500, 12: 2500}  # months: Stars
KEPT = 1000  # transactions


@method("getMyStarBalance")
def get_my_star_balance(call: Call) -> Json:
    """Return the bot's Stars."""
    return {"amount": call.bot.settings.get("stars", 0)}


@method("getStarTransactions")
def get_star_transactions(call: Call) -> Json:
    """Return the bot's Star transactions, the oldest first."""
    limit, offset = min(max(call.get("limit", 100), 1), 100), max(0, call.get("offset", 0))
    return {"transactions": list(call.bot.settings.get("transactions", []))[offset:][:limit]}


def book(world: World, bot: Bot, amount: int, partner: Json, number: str = "") -> None:
    """Change a bot's balance and record why; a negative amount is spent. Raises Refused 400."""
    stars = bot.settings.get("stars", 0) + amount
    if stars < 0:
        raise bad("BALANCE_TOO_LOW")
    way = "source" if amount > 0 else "receiver"
    entry = {
        "id": number or secrets.token_urlsafe(16),
        "amount": abs(amount),
        "date": world.clock.date(),
        way: partner,
    }
    bot.set(stars=stars, transactions=[*bot.settings.get("transactions", []), entry][-KEPT:])


def partner(world: World, user_id: int, kind: str, **details: Any) -> Json:
    """Return the TransactionPartnerUser."""
    return {
        "type": "user",
        "transaction_type": kind,
        "user": world.user(user_id),
        **details,
    }


@method("getAvailableGifts")
def get_available_gifts(call: Call) -> Json:
    """Return the gifts that the bot can send."""
    return {"gifts": [gift(number) for number in GIFTS]}


@method("sendGift")
def send_gift(call: Call) -> bool:
    """Send a gift to a person or a channel, paid from the bot's Stars."""
    given = gift(call.get("gift_id", ""))
    if not call.get("user_id") and call.chat().type not in ("channel", "private"):
        raise bad("gifts are sent to people and channels")
    words = gift_text(call)
    receiver = receiver_of(call)
    paid = partner(call.world, receiver.id, "gift_purchase", gift=given)
    if receiver.id < 0:
        paid = {"type": "chat", "chat": call.chat().info, "gift": given}
    book(call.world, call.bot, -given["star_count"], paid)
    number = secrets.token_urlsafe(12)
    owned = {
        "type": "regular",
        "gift": given,
        "owned_gift_id": number,
        "sender_user": bot_user(call.bot.user),
        "send_date": call.world.clock.date(),
        "convert_star_count": given["star_count"] * 85 // 100,
        **words,
    }
    receiver.gifts = {number: owned, **receiver.gifts}
    if receiver.id > 0:
        shown = {"gift": given, "convert_star_count": owned["convert_star_count"], **words}
        chat = call.world.private_chat(call.bot, receiver.id)
        post_service(call.world, chat, bot_user(call.bot.user), {"gift": shown}, notify=False)
    return True


def receiver_of(call: Call) -> Account:
    """Return the account, of a person or a channel, that gets a gift. Raises Refused 400."""
    number = call.get("user_id", 0)
    if number:
        if number not in call.world.people and number not in call.world.bots:
            raise bad("user not found")
        return call.world.account(number)
    return call.world.account(call.chat().id)


def gift_text(call: Call) -> Json:
    """Return the words that go with a gift. Raises Refused 400."""
    found = format_text(
        call.get("text", ""), call.get("text_parse_mode", ""), call.get("text_entities")
    )
    if len(found.text) > 128:
        raise bad("STARGIFT_MESSAGE_INVALID")
    words: Json = {"text": found.text} if found.text else {}
    return {**words, "entities": found.entities} if found.entities else words


@method("giftPremiumSubscription")
def gift_premium_subscription(call: Call) -> bool:
    """Give a person months of Premium, paid from the bot's Stars."""
    number, months = call.get("user_id", 0), call.get("month_count", 0)
    if number not in call.world.people:
        raise bad("user not found")
    if PREMIUM.get(months) != call.get("star_count"):
        raise bad("PREMIUM_GIFT_PRICE_INVALID" if months in PREMIUM else "MONTHS_INVALID")
    gift_text(call)
    paid = partner(call.world, number, "premium_purchase", premium_subscription_duration=months)
    book(call.world, call.bot, -PREMIUM[months], paid)
    call.world.change_person({**call.world.person(number), "is_premium": True})
    return True


@method("getUserGifts", "getChatGifts", "getBusinessAccountGifts")
def get_gifts(call: Call) -> Json:
    """Return the gifts of a person, a chat or a business account."""
    if call.method == "getBusinessAccountGifts":
        account = call.world.account(call.connection("can_view_gifts_and_stars").user)
    else:
        account = receiver_of(call)
    gifts = list(account.gifts.values())
    if call.get("exclude_unlimited"):  # all of ours are sold without a limit
        gifts = []
    if call.method == "getUserGifts":  # those ids are for business accounts
        gifts = [{k: v for k, v in one.items() if k != "owned_gift_id"} for one in gifts]
    offset, limit = str(call.get("offset", "")), min(max(call.get("limit", 100), 1), 100)
    first = int(offset) if offset.isdigit() else 0
    page: Json = {"total_count": len(gifts), "gifts": gifts[first : first + limit]}
    more = first + limit < len(gifts)
    return {**page, "next_offset": str(first + limit)} if more else page


@method("convertGiftToStars", "upgradeGift", "transferGift")
def change_gift(call: Call) -> bool:
    """Turn an account's gift into Stars; nothing else can be done with one here."""
    converts = call.method == "convertGiftToStars"
    right = "can_convert_gifts_to_stars" if converts else "can_transfer_and_upgrade_gifts"
    account = call.world.account(call.connection(right).user)
    number = call.get("owned_gift_id", "")
    owned = account.gifts.get(number)
    if owned is None:
        raise bad("STARGIFT_NOT_FOUND")
    if call.method == "upgradeGift":
        raise bad("STARGIFT_UPGRADE_UNAVAILABLE")
    if call.method == "transferGift":
        raise bad("STARGIFT_TRANSFER_TOO_EARLY")
    account.stars += owned["convert_star_count"]
    account.gifts = {n: one for n, one in account.gifts.items() if n != number}
    return True


@method("getBusinessAccountStarBalance")
def get_business_account_star_balance(call: Call) -> Json:
    """Return the Stars of a business account."""
    return {"amount": call.world.account(call.connection("can_view_gifts_and_stars").user).stars}


@method("transferBusinessAccountStars")
def transfer_business_account_stars(call: Call) -> bool:
    """Move Stars from a business account to the bot."""
    connection, amount = call.connection("can_transfer_stars"), call.get("star_count", 0)
    account = call.world.account(connection.user)
    if not 1 <= amount <= 10_000:
        raise bad("STARS_AMOUNT_INVALID")
    if amount > account.stars:
        raise bad("BALANCE_TOO_LOW")
    account.stars -= amount
    book(
        call.world,
        call.bot,
        amount,
        partner(call.world, connection.user, "business_account_transfer"),
    )
    return True


@method("editUserStarSubscription")
def edit_user_star_subscription(call: Call) -> bool:
    """Cancel a person's subscription, or allow it to be extended again."""
    payments = call.bot.settings.get("payments", {})
    charge = call.get("telegram_payment_charge_id", "")
    if charge not in payments:
        raise bad("CHARGE_NOT_FOUND")
    changed = {**payments[charge], "is_canceled": call.get("is_canceled")}
    call.bot.set(payments={**payments, charge: changed})
    return True
