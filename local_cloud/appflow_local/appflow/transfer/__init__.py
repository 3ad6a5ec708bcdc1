"""How a flow changes records on their way: tasks, filters, file formats, object keys; no state."""
