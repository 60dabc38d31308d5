"""`rebasket costs`: what so many carts a month cost, computed from prices with a source and from what was measured.

meter     counts units of DynamoDB, calls and log lines in the local cloud
courses   the lives that a cart may lead
lives     measures each of them once; `measured.json` keeps the figures
traffic   how many carts, and how they live
monitors  alarms and dashboards, counted in their templates
usage     quantities of a month, from all these; its assumptions are named there
prices    AWS's prices from `aws_prices.json`, those of messages from the price book
bill      quantities times prices: the whole computation
page      docs/costs.md and two tables of the runbook, made from it
command   prints
"""
