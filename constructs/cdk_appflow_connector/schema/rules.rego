# Checks Custom::AppFlowConnector by its schema, which the package puts in below. What is known at
# deployment only is an object here, and passes.
package cdk_appflow_connector.schema

import rego.v1

schema := json.unmarshal(`@SCHEMA@`)

read_only contains name if {
	some pointer in schema.readOnlyProperties
	name := trim_prefix(pointer, "/properties/")
}

attributes := read_only | {trim_prefix(pointer, "/properties/") |
	some pointer in schema.primaryIdentifier
}

connectors contains name if {
	some name, resource in input.resources
	resource.resourceType == schema.typeName
}

refused(name, property, problem) := make_diag_at(
	"AppFlowConnector-Properties", "ERROR", name, sprintf("Properties.%s", [property]), problem,
)

violation contains v if {
	some name in connectors
	some property in schema.required
	not property in object.keys(input.resources[name].properties)
	v := refused(name, property, "is missing")
}

violation contains v if {
	some name in connectors
	some property in object.keys(input.resources[name].properties)
	not property in object.keys(schema.properties)
	v := refused(name, property, sprintf("is no property of %s", [schema.typeName]))
}

violation contains v if {
	some name in connectors
	some property in read_only
	property in object.keys(input.resources[name].properties)
	v := refused(name, property, "is an attribute, which nobody sets")
}

violation contains v if {
	some name in connectors
	some property, rules in schema.properties
	value := input.resources[name].properties[property]
	not type_name(value) in {"object", "null"}
	some problem in problems(value, rules)
	v := refused(name, property, sprintf("%v %s", [value, problem]))
}

violation contains v if {
	some name in connectors
	some reference in input.resources[name].incomingRefs
	reference.kind == "GetAtt"
	not reference.attr in attributes
	v := make_diag_at(
		"AppFlowConnector-Attributes", "ERROR", name, "",
		sprintf("%s is no attribute of %s", [reference.attr, schema.typeName]),
	)
}

problems(value, rules) := {text |
	some text in [
		wrong_type(value, rules),
		wrong_pattern(value, rules),
		wrong_choice(value, rules),
		wrong_length(value, rules),
		wrong_number(value, rules),
	]
	text != ""
}

fits(kind, rules) if kind == rules.type

fits(kind, rules) if {
	is_array(rules.type)
	kind in rules.type
}

spelled := {"number": "integer"}

default wrong_type(_, _) := ""

wrong_type(value, rules) := sprintf("must be %v", [rules.type]) if {
	not fits(object.get(spelled, type_name(value), type_name(value)), rules)
}

default wrong_pattern(_, _) := ""

wrong_pattern(value, rules) := sprintf("does not match %s", [rules.pattern]) if {
	is_string(value)
	not regex.match(rules.pattern, value)
}

default wrong_choice(_, _) := ""

wrong_choice(value, rules) := sprintf("must be one of %v", [rules["enum"]]) if not value in rules["enum"]

default wrong_length(_, _) := ""

wrong_length(value, rules) := sprintf("has more than %v characters", [rules.maxLength]) if {
	is_string(value)
	count(value) > rules.maxLength
}

default wrong_number(_, _) := ""

wrong_number(value, rules) := sprintf("must be %v to %v", [rules.minimum, rules.maximum]) if {
	is_number(value)
	not in_range(value, rules)
}

in_range(value, rules) if {
	value >= rules.minimum
	value <= rules.maximum
}
