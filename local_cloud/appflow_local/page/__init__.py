"""The page: connectors, flows, runs, records and calls, to be watched in a browser.

It shows what the API answers and what the journal keeps, and changes nothing but by its buttons.
All that it shows may be hostile: it is escaped and searched for secrets, and no script runs but
ours.
"""
