"""`rebasket import`: a shop's history and the consents of its contacts, from files that shops can export.

rows         a CSV file's rows, by line and column, whatever its separator and its spelling of columns
values       what cells hold: amounts, moments, yes and no
read         what came of a row: events in the shops' own wire format, or why there are none
shopify      … of Shopify's orders and customers
woocommerce  … of WooCommerce's orders, as its export plug-ins write them
contacts     … of Mailchimp's audiences, and of a plain table of contacts
native       … of a file of events, one a line
files        which of these a file is
record       records what was read, and counts
command      the command line
"""
