"""What must reach somebody, who is called next, and who has answered?"""
