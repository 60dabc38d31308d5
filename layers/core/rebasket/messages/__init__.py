"""What the shopper sees: e-mails, text messages and pages, in the shopper's language."""
