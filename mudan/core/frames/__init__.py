"""What exactly came over the wire? Bad frames for ever with the reason, good ones for a while."""
