//! The conventions of aws-mfa, reusabit and aws-vault.
