"""The core's small worlds, every one of their states: an explicit-state check of the real use cases.

    python -m tests.simulation.states                          all worlds, as a table
    python -m tests.simulation.states --world purchase         one, with the shortest trace if a promise breaks
    python -m tests.simulation.states --hunt                   the core's planted bugs: after how many states each is found

Seeds try some of what may happen in large worlds; this tries all of it in small ones: every interleaving of the calls of all
processes, a crash after any call that did something, lost answers, repeated deliveries, and time that moves meanwhile, as often
as the world's budget says.

- `program`: a use case, one call at a time: it runs again from its answers, and stops at the first call without one;
- `contents`, `interning`: what the stores hold, by number; calls are carried out by the product's own memory ports;
- `world`, `parts`, `catalogue`: small worlds, what they are made of, and which there are;
- `state`, `insides`, `outcomes`, `passing`, `moves`: one state, and all that can happen next;
- `stops`, `judging`: what is promised, judged at every gate and request, in every state and in every state at rest;
- `search`, `trace`: breadth first, so that the first trace of a broken promise is a shortest one;
- `hunting`: bugs that must be found here, too.
"""
