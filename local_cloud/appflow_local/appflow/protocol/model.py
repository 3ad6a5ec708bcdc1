"""Botocore's service model of AppFlow: the one source of shapes, errors, codes and routes."""

from __future__ import annotations

from functools import cache, lru_cache

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, StructureShape

SERVICE = "appflow"
API_VERSION = "2020-08-23"


@lru_cache(maxsize=1)
def service_model() -> ServiceModel:
    """Load the model that botocore ships, ignoring models in the user's home and environment."""
    loader = Loader(
        extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False
    )
    document = loader.load_service_model(SERVICE, "service-2", api_version=API_VERSION)
    return ServiceModel(document, SERVICE)


@cache
def operation_model(operation: str) -> OperationModel:
    """Return one operation's model."""
    return service_model().operation_model(operation)


@cache
def input_shape(operation: str) -> StructureShape:
    """Return the shape of one operation's request."""
    shape = operation_model(operation).input_shape
    if not isinstance(shape, StructureShape):
        raise TypeError(f"{operation} has no input structure")
    return shape


@cache
def structure(name: str) -> StructureShape:
    """Return the structure shape of this name."""
    shape = service_model().shape_for(name)
    if not isinstance(shape, StructureShape):
        raise TypeError(f"{name} is not a structure")
    return shape


@cache
def error_status(code: str) -> int:
    """Return the HTTP status of a modelled error."""
    return int(structure(code).metadata["error"]["httpStatusCode"])


@lru_cache(maxsize=1)
def longest_message() -> int:
    """Return the length that the model allows for an error's message."""
    return int(service_model().shape_for("ErrorMessage").metadata["max"])
