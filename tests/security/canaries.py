"""Somebody who must turn up nowhere: everything personal of theirs, and all the forms that it could turn up in."""

from __future__ import annotations

import base64
import hashlib
import json
from urllib.parse import quote

EMAIL = "kanarka7319@privat.example"
PHONE = "+380509973197"
NAME = "Зоя Kanarkowska"
TITLE = "Vogelkäfig für Kanarienvögel 7319"
CUSTOMER = "kunde-kanarka-7319"
SKU = "kanarka-sku-7319"
WORDS = (EMAIL, EMAIL.partition("@")[0], PHONE, PHONE[1:], NAME, NAME.split()[1], TITLE, CUSTOMER, SKU)


def forms(word: str) -> set[str]:
    """As it is, as URLs, JSON, base64 and hexadecimal have it, and as hashes that anybody can make again."""
    octets = word.encode()
    found = {word, word.lower(), word.upper(), quote(word), quote(word, safe=""), octets.hex(), octets.hex().upper()}
    found |= {word.encode("unicode_escape").decode(), json.dumps(word)[1:-1]}
    found.add(word.encode("ascii", "xmlcharrefreplace").decode())
    for lead in range(3):  # base64 looks different at each third place
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(b"\0" * lead + octets).decode().rstrip("=")
            found.add(text[(lead * 8 + 5) // 6 : len(text) - 1 if (lead + len(octets)) % 3 else len(text)])
    for said in (word, word.lower(), f"email:{word}", f"sms:{word}"):
        found |= {hashlib.new(kind, said.encode()).hexdigest() for kind in ("md5", "sha1", "sha256", "sha512")}
        found.add(base64.b64encode(hashlib.sha256(said.encode()).digest()).decode())
    return found


ALL = {form: word for word in WORDS for form in forms(word)}


def seen_in(text: str) -> set[str]:
    """The words that a text gives away."""
    return {word for form, word in ALL.items() if form in text}
