"""Does each platform's job run whole? A frame goes in over a socket, a task comes out on the phone."""
