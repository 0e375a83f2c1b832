"""Microsoft Graph and Microsoft's login on a socket of the loopback: as unkind as their documents allow."""
