"""All that is measured about content in one run, and the table of the README at its end."""

import argparse
import tempfile
from pathlib import Path

import content_peers
import content_speed
import invented_files
import office_sample
from content import DEVELOPMENT, NAMES, measure
from content_ordinary import ordinary
from content_table import Figures, table


def everything(given: argparse.Namespace) -> None:
    """The development data, where it is there, and the invented files, written anew; then the rest."""
    with tempfile.TemporaryDirectory(prefix="invented-") as invented:
        invented_files.write(Path(invented), given.seed or invented_files.SEED)
        folders = [*([DEVELOPMENT] if DEVELOPMENT.is_dir() else []), Path(invented)]
        figures = Figures({NAMES[folder == DEVELOPMENT]: measure(folder, given) for folder in folders})
        figures.ordinary = ordinary()
        figures.office = office_sample.measure()
        figures.detection = content_speed.detection()
        figures.reading = content_speed.reading()
        figures.milliseconds = content_speed.megabyte_mails(folders)
        figures.memory = content_speed.memory(folders)
        if given.peers:
            content_peers.peers(folders, figures)
        table(figures)
