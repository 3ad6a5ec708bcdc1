"""Refuses arguments of another type, which would fail later without naming the argument."""

from __future__ import annotations


def check_type(argument: str, value: object, types: type | tuple[type, ...], advice: str) -> None:
    """Raise TypeError unless the value is None or of one of the types; True is no number.

    Args:
        argument: the argument's name.
        value: what was given.
        types: the types that it may have.
        advice: what to give.
    """
    admits_bool = types is bool
    if value is None or (isinstance(value, types) and isinstance(value, bool) is admits_bool):
        return
    raise _refused(argument, value, advice)


def check_given_type(
    argument: str, value: object, types: type | tuple[type, ...], advice: str
) -> None:
    """Raise TypeError unless the value, which can't be left out, is of one of the types."""
    if value is None:
        raise _refused(argument, value, advice)
    check_type(argument, value, types, advice)


def check_kind(argument: str, value: object, member: str, advice: str) -> None:
    """Raise TypeError unless the value is None or has the member that its kind is known by.

    In Python, imported constructs share no class with the app's own.
    """
    # Asking the type first spares a round trip to Node.js; jsii's proxies have instances only.
    has = value is None or hasattr(type(value), member) or hasattr(value, member)
    if has and not isinstance(value, type):  # a class has its instances' members
        return
    raise _refused(argument, value, advice)


def check_given(argument: str, value: object, member: str, advice: str) -> None:
    """Raise TypeError unless the value, which can't be left out, has the member."""
    if value is None:
        raise _refused(argument, value, advice)
    check_kind(argument, value, member, advice)


def check_implements(
    argument: str, value: object, interface: type, member: str, advice: str
) -> None:
    """Raise TypeError unless the value is None or of the interface, as jsii sees it.

    Args:
        argument: the argument's name.
        value: what was given.
        interface: an interface of the CDK or of one of its libraries.
        member: a member of it, by which an object is known that Node.js made.
        advice: what to give.
    """
    check_kind(argument, value, member, advice)
    told: list[type] | None = getattr(type(value), "__jsii_ifaces__", None)
    if told is None:  # which Node.js knows, but for a class that tells jsii nothing
        fits = value is None or hasattr(type(value), "__jsii_type__")
    else:
        fits = any(interface in each.__mro__ for each in told)
    if not fits:
        raise _refused(argument, value, advice)


def check_grantee(grantee: object) -> None:
    """Raise TypeError for what no right can be granted to, such as an ARN."""
    advice = "give an aws_iam.Role, a principal, or a construct that has one"
    check_given("grantee", grantee, "grant_principal", advice)


def _refused(argument: str, value: object, advice: str) -> TypeError:
    return TypeError(f"{argument} {value!r} has another type than expected: {advice}")
