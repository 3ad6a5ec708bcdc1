"""The floor: a bare botocore client, its one request, and one PUT."""

import botocore.session

from benchmarks.handlers.registering import registering

handler = registering(botocore.session.get_session().create_client("appflow"))
