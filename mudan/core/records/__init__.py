"""What has another system's record told us, and what did we tell it?"""
