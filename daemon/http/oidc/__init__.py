"""OpenID Connect: an issuer of the operator's choice says who somebody is (Core 1.0, Discovery 1.0)."""
