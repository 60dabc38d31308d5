"""The simulation: the real code under faults, deterministic, thousands of times, trying to break the four promises.

    python -m tests.simulation --seed 7 --mode safety          one world, again, byte for byte
    python -m tests.simulation campaign                        many of them; what `make simulate` runs

One seed decides the shops' policies, their traffic, which call is answered when, and every fault. The functions' own code runs
unchanged: each call of a port stops it (`kernel`), lets the others run, and may go wrong (`faults`).

- `rng`, `kernel`: draws that need no order; virtual time, and functions that stop at every port;
- `faults`, `calls`, `outages`, `ports`, `boundary`: what may go wrong, and the ports where it does;
- `shops`, `traffic`, `script`, `scenarios`, `several`, `reporting`: who does what in the shops, and how these report it;
- `machinery`, `stream`, `forgetting`, `stopping`: schedules, TTL, the operator; from a deleted timer to the dead letters;
- `edges`: the functions' own handlers;
- `provider`: who takes messages, what people do with them, and what the provider says of it later;
- `persons`, `unpaid`, `invariants_per_person`: who is one person, whom an unpaid order keeps back, what a person is promised;
- `ledger`, `entries`, `trace`: what happened, as nobody inside can know it; and for a person to read;
- `promises`, `monotonic`, `invariants_on_write`, `final_states`, `invariants_at_rest`, `crediting`: the promises, and where they
  are judged; `recount`: a day's figures, counted by the judges themselves;
- `setup`, `surroundings`, `world`: what a world is made from, what it offers to its parts, and the world;
- `stores`, `dynamo`: where it keeps its things: in memory, or in DynamoDB tables;
- `run`, `shrink`, `campaign`, `totals`: one run of one world; the shortest trace of a failure; many runs, and what they came to;
- `planted`: bugs that the simulation must find;
- `states`: the core's small worlds, every one of their states.
"""
