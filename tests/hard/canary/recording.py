"""The mock's driver, which writes every credential that its desks give out into the file ``CANARY_SECRETS``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mockdesk.driver


class Recording(mockdesk.driver.MockDriver):
    """Writes down what the desk gave out, before it is gone."""

    def new_desk(self, settings: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Open another desk; the one before is over."""
        self._record()
        return super().new_desk(dict(settings or {}))

    def close(self) -> None:
        """Write down the last desk's."""
        self._record()
        super().close()

    def _record(self) -> None:
        values = {one["value"] for one in self.secrets()}
        with Path(os.environ["CANARY_SECRETS"]).open("a", encoding="utf-8") as file:
            file.writelines(f"{value}\n" for value in values)


def connect(options: Mapping[str, Any] | None = None) -> Recording:
    """Return a driver of a server in this process."""
    return Recording(mockdesk.driver.InProcess(), mockdesk.driver.CANONICAL)
