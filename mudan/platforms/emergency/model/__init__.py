"""What are the words of fire alarms and of warnings received?"""
