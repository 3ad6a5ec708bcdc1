"""The floor, with a loader that leaves endpoints.json, which holds all services, unread."""

from typing import Any

import botocore.session
from botocore.loaders import Loader

from benchmarks.handlers.registering import registering


class _NoEndpoints(Loader):
    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        if name == "endpoints":
            return {"version": 3, "partitions": []}, self.BUILTIN_DATA_PATH
        return super().load_data_with_path(name)


session = botocore.session.get_session()
session.register_component("data_loader", _NoEndpoints())
handler = registering(session.create_client("appflow"))
