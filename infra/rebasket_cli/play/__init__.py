"""`rebasket play`: stories — what happened in a shop, and what must have come of it — played in virtual time, in this process.

story        the file, read and held to its form
times        times relative to a story's start
usual_shop   the shop that stories are about, with a story's changes
wiring       the application over the ports in memory
provider     takes the messages, and says what became of them
clock        virtual time, and what the machinery does in it
house        the functions as API Gateway and EventBridge call them
stage        one story played
record       what came of it
judge        what is not as expected
account      all that in lines of text, or as data
"""
