"""How a text becomes a translation: reviewed phrases first, a model where there is one."""
