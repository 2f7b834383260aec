"""What is Mudan? The operations centre of a county, from the field frame to the closed incident."""

__version__ = "0.1.0"
