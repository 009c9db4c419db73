"""The rules, one module per group; importing this package registers all of them."""
