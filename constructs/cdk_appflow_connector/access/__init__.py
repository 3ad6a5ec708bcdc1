"""Who may do what: AppFlow invoke the function, the function read its secrets."""
