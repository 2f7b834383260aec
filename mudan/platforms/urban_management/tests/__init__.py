"""What is special about urban management?"""
