"""What is a platform built from? The declaration, transports, supervision, receipts, retry."""
