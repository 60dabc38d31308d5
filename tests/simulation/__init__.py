"""The simulation: the real code under faults, deterministic, thousands of times, trying to break the four promises.

    python -m tests.simulation --seed 7 --mode safety          one world, again, byte for byte
    python -m tests.simulation campaign                        many of them; what `make simulate` runs

One seed decides the shops' policies, their traffic, which call is answered when, and every fault. The functions' own code runs
unchanged: each call of a port stops it (`kernel`), lets the others run, and may go wrong (`faults`).

- `rng`, `kernel`: draws that need no order; virtual time, and functions that stop at every port;
- `faults`, `weather`, `ports`, `boundary`: what may go wrong, and the ports where it does;
- `shops`, `traffic`, `script`, `fates`, `reporting`: who does what in the shops, and how these report it;
- `machinery`, `stream`: schedules, TTL and the operator; from a deleted timer to `remind`, and to the dead letters;
- `provider`: who takes messages, what people do with them, and what the provider says of it later;
- `ledger`, `entries`: what happened, as nobody inside can know it;
- `promises`, `forward`, `at_once`, `ends`, `at_rest`, `crediting`: the promises, and where they are judged;
- `world`, `run`, `shrink`, `campaign`: one world; one run of it; the shortest trace of a failure; many runs;
- `planted`: bugs that the simulation must find;
- `states`: the core's small worlds, every one of their states.
"""
