"""Where the pages listen and what they are called from outside."""

from notifier.options import Options


class StaffWeb(Options):
    """`[web.staff]`: the desk on its own address; empty: beside the pages for senders."""

    listen: str = ""
    base_url: str = ""


class WebOptions(Options):
    """`[web]`."""

    listen: str = "127.0.0.1:8025"
    base_url: str = "http://127.0.0.1:8025"
    """What links begin with; never taken from a request."""
    staff: StaffWeb = StaffWeb()
