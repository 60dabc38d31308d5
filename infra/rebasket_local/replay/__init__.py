"""A shop's real log, played again through the local cloud.

- `rees46`: the log of the REES46 data sets, row by row, with what is wrong in it named;
- `retell`: rows as the events that the shop's backend would have posted;
- `play`: the posting, each event at its own time.
"""
