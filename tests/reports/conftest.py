"""The fonts, converted once into a folder that stays (PARKSAFE_FONT_FOLDER, else .fonts beside the code), and the sample papers."""

import os
from pathlib import Path

import pytest

from reports.fonts import FontSet, load_fonts

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def font_folder() -> Path:
    """The cache folder of converted fonts."""
    return Path(os.environ.get("PARKSAFE_FONT_FOLDER") or REPOSITORY / ".fonts")


@pytest.fixture(scope="session")
def fonts(font_folder: Path) -> FontSet:
    """The packaged fonts; office fonts of the machine stay out, so that papers look the same everywhere."""
    return load_fonts(font_folder)
