"""A shop's traffic, made up: shoppers who fill carts, leave, read what Rebasket sends them, and come back, or not.

    settings   traffic.toml, the one file that says how they behave, each figure with its source
    draws      seeded chance: one stream for each question asked of one shopper, so that an answer to one changes no other
    catalogue  what the shop sells, with pictures
    people     who the shoppers are
    wire       events as a shop's backend writes them
    visits     what one visit to the shop makes of a cart
    shopper    one person's life with the shop: visits, returns, messages read
    courier    how the shop's backend delivers events: signed or with its key, one by one or in batches, late, twice
    mailbox    the links in a message as its reader finds them
    provider   what becomes of a mail: delivered, bounced, scanned
    ledger     what was acknowledged and what was sent, in order; `audit` holds the promises against it
    nights     messages that left in quiet hours, by their reader's clock
    fortnight  all of it, arranged in a cloud's time

Nothing here knows the inside of Rebasket: it talks HTTP, reads messages, and listens to nothing else.
"""
