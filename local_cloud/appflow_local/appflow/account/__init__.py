"""What AppFlow keeps, and the part of it that one caller works with."""

from appflow_local.appflow.account.account import Account
from appflow_local.appflow.account.accounts import Accounts

__all__ = ["Account", "Accounts"]
