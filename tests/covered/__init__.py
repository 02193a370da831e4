"""How much of the rules' own code their tests run, by lines and branches."""
