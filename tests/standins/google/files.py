"""The files that Google's console and its libraries would give: clients, grants, service accounts."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.standins.google.answers import Json
from tests.standins.google.google import CLIENT


def client_secret(url: str) -> Json:
    """Give the file of an OAuth client of the desktop kind."""
    return {
        "installed": {
            "client_id": CLIENT.id,
            "client_secret": CLIENT.secret,
            "auth_uri": f"{url}/o/oauth2/v2/auth",
            "token_uri": f"{url}/token",
            "redirect_uris": ["http://localhost"],
        }
    }


def authorized_user(refresh: str) -> Json:
    """Give a grant in google-auth's format."""
    return {
        "type": "authorized_user",
        "client_id": CLIENT.id,
        "client_secret": CLIENT.secret,
        "refresh_token": refresh,
    }


def service_account(email: str) -> tuple[Json, str]:
    """Make a service account's key file; gives it with the public key for the stand-in."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    info = {
        "type": "service_account",
        "client_email": email,
        "private_key": private.decode(),
        "private_key_id": "key-1",
        "token_uri": "https://oauth2.googleapis.com/token",
    }
    return info, public.decode()
