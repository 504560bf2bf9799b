"""Settings of the property tests, by ``HYPOTHESIS_PROFILE``.

``usual``, the default, tries the same examples in each run; ``quick`` tries a quarter of them.
``thorough`` tries ten times as many, other ones each time, and prints how to repeat what it finds.
"""

import os

from hypothesis import settings

# A busy machine is no bug: examples are counted, not timed.
settings.register_profile("quick", deadline=None, derandomize=True, max_examples=25)
settings.register_profile("usual", deadline=None, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))
