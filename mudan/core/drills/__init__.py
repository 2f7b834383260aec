"""How does a county practise? Exercises in data spaces of their own, driven by a script of injects."""
