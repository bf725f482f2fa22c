"""One log line an event on standard output: JSON, or `key=value` as Postfix writes it; the journal of the machine keeps them."""

import json
import logging
import sys
from typing import Final, TextIO

import structlog

from service.log_stream import LogStream


def configure(rendering: str = "json", level: str = "info", stream: TextIO | None = None) -> None:
    """Set up structlog for this process; the libraries' own logging goes the same way from WARNING on."""
    renderer: structlog.typing.Processor
    if rendering == "json":
        renderer = _json
    else:
        renderer = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False)
    before: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    out = LogStream(stream or sys.stdout)
    structlog.configure(
        processors=[*before, _plain, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=_Writer(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer], foreign_pre_chain=before
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


_encode: Final = json.JSONEncoder(ensure_ascii=False, default=repr).encode


def _json(_logger: object, _method: str, event: structlog.typing.EventDict) -> str:
    """One encoder for all lines: the renderer of structlog makes a new one for each."""
    return _encode(event)


def _plain(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Control characters in a value never begin a new line of the log."""
    return {
        k: v.encode("unicode_escape").decode() if isinstance(v, str) and not v.isprintable() else v
        for k, v in event.items()
    }


class _Writer:
    """Puts lines into the stream, and says how many it could not take."""

    def __init__(self, stream: LogStream) -> None:
        self._stream = stream

    def __call__(self, *_: object) -> "_Writer":
        return self

    def _write(self, line: str) -> None:
        self._stream.write(line + "\n")
        if left_out := self._stream.news():
            structlog.get_logger("sekisho").warning("log lines left out", lines=left_out)

    debug = info = warning = warn = error = critical = exception = msg = log = _write
