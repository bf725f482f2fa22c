"""What the real post sends out of the outbox, as it arrives in a mailbox: the links that people follow are read from their mail."""

import re

from notifier.channels import Bound
from notifier.channels import mail as mail_channel
from notifier.links import LinkBase
from notifier.options import NoticeOptions
from notifier.post import Post
from tests.helpers.pages import World
from tests.notifier.receiver import Receiver


async def post_all(world: World, mailbox: Receiver) -> None:
    """Send everything that is due."""
    options = mail_channel.Options(
        host=("127.0.0.1",),
        port=mailbox.port,
        tls="never",
        tls_ca=None,
        tls_name="",
        host_name="relay.example",
        sender="sekisho@tachibana.example",
        sender_name="関所",
        reply_to=(),
    )
    channels = {"mail": Bound(mail_channel, options)}
    links = LinkBase(world.web.base_url)
    post = Post(world.store, world.organisation, NoticeOptions(), channels, links=links, clock=world.clock, node="n")
    while await post.send_due():
        pass


def newest_link(mailbox: Receiver, path: str, to: str = "") -> str:
    """The link under a path in the newest mail that has one, of those to somebody."""
    for message in reversed(mailbox.messages()):
        body = message.get_body(("plain",))
        found = re.search(rf"https?://\S+{path}\S+", body.get_content()) if body else None
        if found and to in str(message["To"]):
            return found[0]
    raise AssertionError(f"no mail to {to or 'anybody'} has a link to {path}")
