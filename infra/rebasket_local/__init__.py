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

- `sam`, `intrinsics`, `names`, `stack`: the template with its parameters → resources, their names and attributes;
- `provision`, `tables`: tables, queues, buckets, topics, identities in moto; what happens to items;
- `isolation`, `lambda_function`, `functions`: each function in its own copy of the code that its CodeUri and layers hold,
  with its own environment;
- `policies`, `permissions`: what the function's role lets it do;
- `http_api`, `http_messages`, `streams`, `schedules`, `cron`, `bus`, `patterns`, `invocations`, `destinations`, `ttl`: what
  runs functions, with retries and failure destinations; `machinery` is what these share;
- `clock`, `agenda`, `process`: virtual time, what falls due, and the process that belongs to one cloud;
- `calls`: each AWS call passes here, to the fast way to moto (`moto_fast`), to the outbox, to faults;
- `outbox`, `ses_events`, `contents`: messages that left, what a mail provider would say about them, what lies in queues;
- `faults`: what a test may break; `serve`: the same over HTTP in real time.

What it does not play: throttling of the API, IAM beyond the functions' and schedules' own roles and queue policies,
which packages a layer installs, alarms, nested stacks, and the prices and delays of the real services.
"""
