"""What the paid side did, as the pages show it."""
