"""What a company answers from, as learning looks at it: scenarios with their texts, by template."""
