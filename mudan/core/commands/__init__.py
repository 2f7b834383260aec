"""What did the centre ask of a device, and what proves that it arrived? Downlinks and their receipts."""
