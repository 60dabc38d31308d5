"""What every test gets: a bare environment, no network, repeatable examples."""

import os
import time

import pytest
from hypothesis import HealthCheck, Phase, settings

# Whatever the shell that runs the tests is set up for, they see none of it: an AWS_ENDPOINT_URL would bypass moto
# silently, a profile would bring real credentials.
FOREIGN = ("AWS_", "POWERTOOLS_", "REBASKET_", "_X_AMZN_")
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_REGION": "eu-central-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    # A local zone that nobody assumes: code that takes local time for UTC shows.
    "TZ": "<+1345>-13:45",
}
LOOPBACK = ["127.0.0.0/8", "::1", "localhost"]


def _bare_environment() -> None:
    for name in list(os.environ):
        if name.startswith(FOREIGN):
            del os.environ[name]
    os.environ.update(ENVIRONMENT)
    time.tzset()


# At import, before any test module is imported: some make their clients right there.
_bare_environment()

# No deadline and no complaint about slowness: both measure the machine.
settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", settings.get_profile("repeatable"), derandomize=False, max_examples=2_000)
settings.register_profile(
    "mutants", settings.get_profile("repeatable"), max_examples=25, phases=[Phase.explicit, Phase.generate], database=None
)
settings.load_profile("repeatable")  # for the other: pytest --hypothesis-profile=explore


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("loopback"):
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))
