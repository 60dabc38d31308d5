"""`rebasket costs`: what so many carts a month cost, computed from prices with a source and from what was measured.

meter     counts units of DynamoDB, calls and log lines in the local cloud
lives     the lives that a cart may lead, each measured once; `measured.json` keeps the figures
traffic   how many carts, and how they live
usage     quantities of a month, from lives and traffic; its assumptions are named there
prices    AWS's prices from `aws_prices.json`, those of messages from the price book
bill      quantities times prices
page      docs/costs.md and the runbook's table of an idle stack, made from all of that
command   prints
"""
