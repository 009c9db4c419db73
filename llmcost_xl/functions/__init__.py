"""Every worksheet function, one explicit definition each, grouped as the engine is grouped."""
