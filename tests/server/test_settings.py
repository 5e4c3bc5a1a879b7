"""Settings: read from the environment, wrong ones named."""

from pathlib import Path

import pytest

from server.settings import SettingsError, read_settings


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = read_settings({})
    assert settings.port == 8000
    assert settings.database_address.startswith("sqlite:///")


def test_values_are_read_by_their_type() -> None:
    settings = read_settings({"PARKSAFE_PORT": "9000", "PARKSAFE_DATA_FOLDER": "/srv/x", "PARKSAFE_PUBLIC_ADDRESS": "https://a.cn"})
    assert (settings.port, settings.data_folder, settings.is_https) == (9000, Path("/srv/x"), True)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PARKSAFE_PORT", "many"), ("PARKSAFE_PROT", "9000"), ("PARKSAFE_SECRET", "short"), ("PARKSAFE_TODAY", "tomorrow")],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})
