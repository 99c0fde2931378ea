"""What is true with no database and no screen."""
