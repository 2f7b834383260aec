"""Who was sent, and how far are they? One task per unit and incident, with its own state chart."""
