"""What does the centre learn from urban management (数字城管), and how?"""
