"""Each type of task that a flow can have; each flow shows one."""

from typing import Any

from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3
from cdklabs.cdk_appflow import (
    Field,
    Filter,
    FilterCondition,
    Mapping,
    OnDemandFlow,
    S3Destination,
    S3Location,
    Task,
    Transform,
    Validation,
    ValidationAction,
    ValidationCondition,
)

from cdk_appflow_connector import ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, map_all

app = App()
stack = Stack(app, "Warehouse")
connector = CustomConnector.from_connector_label(stack, "Crm", "Crm", api_version="v1")
profile = ConnectorProfile.from_profile_name(stack, "Profile", "crm", connector=connector)
source = CustomConnectorSource(profile, "Order")
lake = S3Destination(location=S3Location(bucket=s3.Bucket(stack, "Lake")))


def flow(construct_id: str, **tasks: Any) -> None:  # noqa: ANN401 - the library's lists
    """Create a flow from the connector into the bucket."""
    OnDemandFlow(stack, construct_id, source=source, destination=lake, **tasks)


# region map
mappings = [
    Mapping.map(Field(name="id", data_type="string"), name="order_id", data_type="string"),
    Mapping.map(Field(name="customer"), name="name"),
]
# endregion
flow("map", mappings=mappings)

# region map_all
mappings = [map_all(exclude=["email", "note"])]
# endregion
flow("map_all", mappings=mappings)

# region filter
filters = [
    Filter.when(FilterCondition.string_equals(Field(name="status", data_type="string"), "paid")),
    Filter.when(FilterCondition.number_greater_than(Field(name="quantity", data_type="long"), 1)),
]
# endregion
flow("filter", mappings=[map_all()], filters=filters)

# region mask
transforms = [Transform.mask("customer"), Transform.mask_start("email", 3, "#")]
# endregion
flow("mask", mappings=[map_all()], transforms=transforms)

# region truncate
transforms = [Transform.truncate("customer", 3)]
# endregion
flow("truncate", mappings=[map_all()], transforms=transforms)

# region validate
validations = [
    Validation.when(ValidationCondition.is_null("note"), ValidationAction.ignore_record())
]
# endregion
flow("validate", mappings=[map_all()], validations=validations)

# region arithmetic
total = Transform(
    [
        Task(
            "Arithmetic",
            ["quantity", "price"],
            {"operation": "MULTIPLICATION"},
            [{"key": "MATH_OPERATION_FIELDS_ORDER", "value": "quantity,price"}],
            "quantity,price",
        ),
        Task("Map", ["quantity,price"], {"operation": "NO_OP"}, [], "total"),
    ]
)
# endregion
flow("arithmetic", mappings=[map_all()], transforms=[total])

# region merge
contact = Transform(
    [
        Task(
            "Merge",
            ["customer", "email"],
            {"operation": "NO_OP"},
            [{"key": "CONCAT_FORMAT", "value": "${customer} <${email}>"}],
            "customer,email",
        ),
        Task("Map", ["customer,email"], {"operation": "NO_OP"}, [], "contact"),
    ]
)
# endregion
flow("merge", mappings=[map_all()], transforms=[contact])

app.synth()
