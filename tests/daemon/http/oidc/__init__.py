"""OpenID Connect, tried against an issuer that lies."""
