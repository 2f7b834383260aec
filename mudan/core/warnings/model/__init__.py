"""What is a warning made of? CAP messages, the national warning XML, their checks, chains and states. Pure."""
