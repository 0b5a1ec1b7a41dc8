"""Training: mining, adapters and the gates that they must pass. Arrays and ids only; it stores nothing."""
