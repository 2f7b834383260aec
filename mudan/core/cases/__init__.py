"""What is a case, by which clocks is it judged, and how does it go from the reporter to the reporter's word?"""
