"""The pages people work in: read models as HTML, and forms that ask for acts. No rule is decided here."""
