"""Hypothesis without a clock: how long an example takes says more of the machine than of the code."""

from hypothesis import settings

settings.register_profile("unhurried", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("unhurried")
