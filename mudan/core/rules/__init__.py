"""When is a measurement an alarm? Rules as typed data, judged on columns."""
