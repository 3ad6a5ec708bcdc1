"""The floor, with a loader that does not look through the folders of all services."""

import botocore.session
from botocore.loaders import Loader

from benchmarks.handlers.registering import registering


class _OneService(Loader):
    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - as inherited
        return ["appflow"]


session = botocore.session.get_session()
session.register_component("data_loader", _OneService())
handler = registering(session.create_client("appflow"))
