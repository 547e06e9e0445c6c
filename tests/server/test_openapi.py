"""What /openapi.json promises, checked by schemathesis: no answer that it does not describe, and none that is a defect."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how

from anzol import Router
from anzol.settings import Settings
from anzol.simulator.running import Running
from tests.server.pushing import KEY, Pushing


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_no_request_is_answered_otherwise_than_described(
    simulated: Running, settings: Settings, mode: str
):
    # A quarter of a second that only this test is to pay for.
    import schemathesis
    from schemathesis.checks import load_all_checks
    from schemathesis.specs.openapi.checks import (
        negative_data_rejection,
        positive_data_acceptance,
    )

    load_all_checks()
    router = Router()
    router.event("shop")(lambda ctx: None)
    server = Pushing(simulated, settings, router)
    try:
        schema = schemathesis.openapi.from_wsgi("/openapi.json", server.app)
        operations = [found.ok() for found in schema.get_all_operations()]
        assert len(operations) == 4
        for operation in operations:
            cases = operation.as_strategy(generation_mode=schemathesis.GenerationMode(mode))

            @given(case=cases)
            @how(max_examples=60, suppress_health_check=list(HealthCheck))
            def check(case: Any) -> None:
                case.call_and_validate(
                    headers={"Authorization": f"Bearer {KEY}"},
                    # The schema cannot say what HTML Telegram takes, nor which topics there are.
                    excluded_checks=[positive_data_acceptance, negative_data_rejection],
                )

            check()
    finally:
        server.stop()
