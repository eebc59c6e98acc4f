"""The pages of sums: what answering cost and saved, and how paid calls were routed."""
