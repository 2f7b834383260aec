"""What is a plan, what does it say of the world, and is it fit to be approved? Pure; its parts by file:

words · conditions · types      the document          reading · schema    its file and its shape
world · leaves · judge · advice what it says now      what_if             what it would have said
finding · lint… · coverage      is it fit             diff · states       versions
"""
