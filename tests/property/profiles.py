"""How many random examples a property is held against."""

import os

from hypothesis import HealthCheck, Phase, settings

LONG_RUN = int(os.environ.get("TIER_EXAMPLES", "0"))
"""Examples of each property in a long run, with another seed each time; 0 is the short one, the same every time."""

PHASES = (Phase.explicit, Phase.generate, *((Phase.shrink,) if LONG_RUN else ()))
"""Only a long run looks for the smallest example that fails: that may take minutes."""


def examples(count: int) -> settings:
    """Settings for a property that is shown *count* examples unless TIER_EXAMPLES says otherwise."""
    return settings(
        max_examples=LONG_RUN or count,
        derandomize=not LONG_RUN,
        database=None,
        deadline=None,
        phases=PHASES,
        print_blob=bool(LONG_RUN),
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )
