"""Dated facts: prices of models, rents of hardware, and how a name finds its price."""
