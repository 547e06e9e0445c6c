"""Entities that Telegram finds in a text by itself: links, mentions, commands, tags, addresses, phone numbers."""

from __future__ import annotations

import re

from .entities import QUOTES, STYLES, Entity, crosses, fix, meets, order, utf16_length

NAME = "[a-zA-Z0-9_]"
# What a tag is made of: word characters, ZWNJ, the middle dot, Sinhala.
TAG = r"\w\u200c\u00b7\u0d80-\u0dff"
PATH = r"[^\s\u2000-\u200b\u200e\u200f\u2016-\u206f<>\"«»]"
SYMBOL = r"[^\x00-\xbf\s\u2000-\u200b\u200e\u200f\u2016-\u206f]"
HOST = rf"(?:[a-zA-Z0-9_.~-]|{SYMBOL})++"
USER = r"[^\s/\[\]{}()'`<>\"@«»]"
REST = rf"(?P<port>:[0-9]+)?(?P<path>[/?#]{PATH}*)?"
# Without a protocol only a known ending makes an address: the countries, and the general ones that chats meet.
COUNTRIES = (
    "ac|ad|ae|af|ag|ai|al|am|ao|aq|ar|as|at|au|aw|ax|az|ba|bb|bd|be|bf|bg|bh|bi|bj|bm|bn|bo|br|bs|bt|bv|bw|by|bz|ca|cc|"
    "cd|cf|cg|ch|ci|ck|cl|cm|cn|co|cr|cu|cv|cw|cx|cy|cz|de|dj|dk|dm|do|dz|ec|ee|eg|er|es|et|eu|fi|fj|fk|fm|fo|fr|ga|gb|"
    "gd|ge|gf|gg|gh|gi|gl|gm|gn|gp|gq|gr|gs|gt|gu|gw|gy|hk|hm|hn|hr|ht|hu|id|ie|il|im|in|io|iq|ir|is|it|je|jm|jo|jp|ke|"
    "kg|kh|ki|km|kn|kp|kr|kw|ky|kz|la|lb|lc|li|lk|lr|ls|lt|lu|lv|ly|ma|mc|md|me|mg|mh|mk|ml|mm|mn|mo|mp|mq|mr|ms|mt|mu|"
    "mv|mw|mx|my|mz|na|nc|ne|nf|ng|ni|nl|no|np|nr|nu|nz|om|pa|pe|pf|pg|ph|pk|pl|pm|pn|pr|ps|pt|pw|py|qa|re|ro|rs|ru|rw|"
    "sa|sb|sc|sd|se|sg|sh|si|sj|sk|sl|sm|sn|so|sr|ss|st|su|sv|sx|sy|sz|tc|td|tf|tg|th|tj|tk|tl|tm|tn|to|tr|tt|tv|tw|tz|"
    "ua|ug|uk|us|uy|uz|va|vc|ve|vg|vi|vn|vu|wf|ws|ye|yt|za|zm|zw|рф|бел|укр|срб|қаз"
)
GENERAL = (
    "academy|aero|agency|app|art|asia|audio|bank|bar|bet|bike|biz|blog|bot|build|business|cafe|cam|camp|care|cash|cat|"
    "center|chat|church|city|click|cloud|club|codes|coffee|com|community|company|cool|coop|dance|data|date|design|dev|"
    "digital|direct|dog|download|edu|education|email|energy|events|expert|family|fan|farm|film|finance|fit|fun|fund|"
    "game|games|gay|gift|global|gmbh|gold|gov|group|guide|guru|health|help|host|hosting|house|icu|info|ink|institute|"
    "int|international|jobs|land|law|lgbt|life|link|live|lol|love|ltd|market|media|men|menu|mil|mobi|moe|mom|money|"
    "mov|movie|museum|music|name|net|network|news|ngo|ninja|one|onion|online|org|page|partners|party|pet|photo|photos|"
    "pics|pink|pizza|plus|porn|press|pro|pub|red|rent|report|rest|review|rip|rocks|run|sale|school|science|services|"
    "sex|shop|show|site|social|software|solutions|space|store|stream|studio|style|support|systems|team|tech|tel|tips|"
    "today|tokyo|ton|tools|top|tours|town|toys|trade|training|travel|tube|university|vet|video|vip|watch|website|wiki|"
    "win|work|works|world|wtf|xxx|xyz|zip|zone|онлайн|орг|рус|сайт|дети|москва"
)
ENDINGS = frozenset(f"{COUNTRIES}|{GENERAL}".split("|"))
FINDERS = [
    ("url", re.compile(rf"(?P<own>(?:tg|ton)://[a-z0-9_-]{{1,253}})(?P<path>[/?#]{PATH}*)?", re.I)),
    (
        "url",
        re.compile(
            rf"(?P<protocol>(?:(?<!s)http|https|(?<![ts])ftp|tonsite)://(?:{USER}++@)?)(?P<host>{HOST})(?!@){REST}",
            re.I,
        ),
    ),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}(?!\w)")),
    ("url", re.compile(rf"(?<![a-zA-Z0-9_.~@/#-])(?<!{SYMBOL})(?P<host>{HOST})(?!@){REST}")),
    ("mention", re.compile(rf"(?<!\w)@(?:{NAME}{{4,32}}+|(?:gif|vid|pic)(?!{NAME}))(?!\w)", re.I)),
    (
        "bot_command",
        re.compile(rf"(?<![\w/<>])/{NAME}{{1,64}}+(?:@{NAME}{{3,32}}+|(?!@))(?![\w/<>])"),
    ),
    (
        "hashtag",
        re.compile(
            rf"(?<![{TAG}])#(?=[{TAG}]*?[^\W\d_])[{TAG}]{{1,256}}+(?:@{NAME}{{3,32}}+)?(?!#)"
        ),
    ),
    (
        "cashtag",
        re.compile(
            rf"(?<![{TAG}$])\$(?:1INCH|[A-Z]{{1,8}}+)(?:@{NAME}{{3,32}}+(?!{NAME}))?(?![{TAG}$])"
        ),
    ),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d ()-]{8,17}\d(?!\w)")),
]
WORTH_A_LOOK = re.compile(r"[/@#$.+:]")
ENDS_NO_PATH = ".:;,('?!`"
OPENING = {")": "(", "]": "[", "}": "{"}


def find_entities(text: str, given: list[Entity]) -> list[Entity]:
    """Return the given entities and those that Telegram finds in the text, in its order."""
    if not WORTH_A_LOOK.search(text):
        return order(given)
    taken = [e for e in given if e["type"] not in STYLES and e["type"] not in QUOTES]
    quotes = [e for e in given if e["type"] in QUOTES]
    found: list[Entity] = []
    for kind, pattern in FINDERS:
        for match in pattern.finditer(text):
            body = _address(match) if kind == "url" else match[0]
            start = utf16_length(text[: match.start()])
            entity = {"type": kind, "offset": start, "length": utf16_length(body)}
            if body and not meets(entity, taken) and not crosses(entity, quotes):
                taken.append(entity)
                found.append(entity)
    return fix([*given, *found]) if found else order(given)


def _address(match: re.Match[str]) -> str:
    """Return what of a match is an address, `""` when nothing is."""
    parts = match.groupdict()
    path = _path(parts["path"] or "")
    if parts.get("own"):
        return parts["own"] + path
    host, protocol = parts["host"], parts.get("protocol") or ""
    if not parts["port"] and not path:
        host = host.rstrip(".")
    if not _is_host(host, bool(protocol)):
        return ""
    port = (parts["port"] or ":1")[1:].lstrip("0")
    if not 0 < len(port) <= 5 or int(port) > 65535:
        return protocol + host
    return protocol + host + (parts["port"] or "") + path


def _path(path: str) -> str:
    """Cut a path at a bracket that nothing in it opens, and take punctuation off its end."""
    balance = dict.fromkeys(OPENING.values(), 0)
    for place, character in enumerate(path):
        if character in balance:
            balance[character] += 1
        elif character in OPENING:
            balance[OPENING[character]] -= 1
            if balance[OPENING[character]] < 0:
                path = path[:place]
                break
    path = path.rstrip(ENDS_NO_PATH)
    return "" if path in ("?", "#") else path


def _is_host(host: str, has_protocol: bool) -> bool:
    labels = host.split(".")
    if len(labels) < 2 or not all(
        0 < len(label.encode()) < 64 and label[-1] != "-" for label in labels
    ):
        return False
    if all(label.isascii() and label.isdigit() for label in labels):
        return len(labels) == 4 and all(str(int(one)) == one and int(one) < 256 for one in labels)
    ending = labels[-1]
    if "_" in labels[-2] or len(ending) < 2:
        return False
    if ending.startswith("xn--"):
        return re.fullmatch("[a-zA-Z0-9]{2,}", ending[4:]) is not None
    lower = ending.lower()
    if "_" in ending or "-" in ending:
        return False
    # "Thanks.Me" is the end of a sentence, "EXAMPLE.COM" is an address.
    return has_protocol or (lower in ENDINGS and (lower == ending or lower[1:] != ending[1:]))
