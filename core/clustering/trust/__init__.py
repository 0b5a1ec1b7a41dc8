"""How far clusters and labels can be trusted: agreement, audits by a person, outliers, label errors."""
