"""`rebasket why`: why a cart got a reminder, or none.

ahead     steps still to come, and what the rules come to for the next one, as things stand
coming    what becomes of the next step, in words
case      all that is known of a cart, read
words     names of checks, channels and states as somebody reads them who has never seen the code
answer    why, in a sentence or two; pure
told      the answer, and what it rests on, as lines of text; pure
command   prints
"""
