"""`rebasket doctor`: what a deployed stack still lacks, and the command that mends it.

facts       what was seen, as plain data; None where AWS did not say
finding     one sentence about the facts: how bad, what it means, what mends it
machinery   findings about the stack, its tables and what drives them
delivery    … about the sender, SES and text messages
tenants     … about secrets, shops and their keys
one_voice   … about reminders that the shop's own platform sends
flow        … about what waits, and which alarms ring
diagnosis   all findings; pure
gather      asks for the facts: stack_facts, machinery_facts, mail_facts, shop_facts, by their clients
command     prints
"""
