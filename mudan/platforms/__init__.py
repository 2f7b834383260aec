"""What is connected? One folder a platform, each a stranger to the others."""
