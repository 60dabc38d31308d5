"""The local cloud: runs template.yaml itself, in virtual time, without an AWS account.

    from datetime import UTC, datetime, timedelta
    from rebasket_local.cloud import LocalCloud

    with LocalCloud.start("template.yaml", {"Stage": "dev"}, datetime(2026, 3, 2, 8, tzinfo=UTC), seed=7) as cloud:
        cloud.client("ssm").put_parameter(Name="/rebasket/dev/…", Value="…", Type="SecureString")
        answer = cloud.http("POST", "/v1/events", {"authorization": "Bearer …"}, b"{…}")      # .status .headers .body
        cloud.at(cloud.now + timedelta(hours=3), lambda: cloud.http("GET", "/r/…"))            # own work in virtual time
        cloud.advance(timedelta(days=1))      # schedules, streams, TTL, retries, own work: all that falls due on the way
        cloud.run_until(datetime(2026, 3, 16, tzinfo=UTC))
        for message in cloud.outbox: ...      # what left through SES and SNS: .at .channel .to .raw/.text .tags …

One process, one thread, one order: same template, same calls, same seed → same outcome. What happens at the same
instant happens in the order in which it was arranged.

The wiring is read from the template as SAM transforms it (plain CloudFormation), nothing of it is repeated here:

- `sam`, `intrinsics`, `stack`: the template with its parameters → resources, their names and attributes;
- `provision`: tables, queues, buckets, topics, identities in moto;
- `isolation`, `functions`: each function in its own copy of the code its CodeUri and layers hold, with its own environment;
- `permissions`: what the function's role lets it do;
- `http_api`, `streams`, `schedules`, `bus`, `invocations`, `ttl`: what runs functions, with retries and failure destinations;
- `calls`, `moto_fast`: each AWS call passes here: the fast way to moto, what the outbox sees, where faults come in;
- `outbox`, `ses_events`: messages that left, and what a mail provider would say about them;
- `faults`: what a test may break; `serve`: the same over HTTP in real time.
"""
