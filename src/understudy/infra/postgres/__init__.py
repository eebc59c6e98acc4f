"""The server itself: embedded or external, its roles, migrations, backup, and what `doctor` looks at."""
