"""What the library itself says to users: the message ids of its catalogues in locale/, each translated and replaceable."""

from __future__ import annotations

TEXT_PLEASE = "Please answer with a text."
NUMBER_PLEASE = "A number, please."
DATE_PLEASE = "A date, please, such as 2026-12-31."
BUTTON_PLEASE = "Please press one of the buttons."
SOMETHING_ELSE = "Something else, please."
CANCELLED = "Cancelled."
TOO_LATE = "That took too long. Please start again."
NOT_HERE = "That does not belong here. /cancel ends it."
BACK = "‹ Back"
SKIP = "Skip"
DONE = "Done"
YES = "Yes"
NO = "No"
NOTHING_CHARGED = "Sorry, this cannot be paid at the moment. Nothing was charged."
TOO_OFTEN = "Not so often, please. Try again in {n} second."
TOO_OFTEN_PLURAL = "Not so often, please. Try again in {n} seconds."
NOT_ALLOWED = "You may not do that."
CHOOSE_TOPICS = "What would you like to hear about?"
NO_TOPICS = "There is nothing to subscribe to yet."
SUBSCRIBED = "You are subscribed to {topic}. /unsubscribe ends it."
SUBSCRIBED_HERE = "This chat is subscribed to {topic}. /unsubscribe ends it."
UNSUBSCRIBED = "You are no longer subscribed to {topic}."
NOT_SUBSCRIBED = "You are not subscribed to {topic}."
NO_SUCH_TOPIC = "There is no topic {topic}."
NOTHING_ANY_MORE = "You are no longer subscribed to anything."
ADMINISTRATORS_ONLY = "Only administrators can change this here."
ACKNOWLEDGED = "Thank you."
ACKNOWLEDGED_BY = "{name} is on it already."
OVER = "This is over."
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
