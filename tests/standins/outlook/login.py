"""Microsoft's login: consent page, codes with PKCE, device codes, tokens that rotate and die, apps alone.

By MicrosoftDocs/entra-docs: v2-oauth2-auth-code-flow.md, v2-oauth2-device-code.md,
v2-oauth2-client-creds-grant-flow.md, refresh-tokens.md, reference-error-codes.md.
"""

import base64
import hashlib
import html
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.standins.outlook.refusals import GraphError, Json, LoginError
from tests.standins.outlook.state import Access, Client, Code, Device, Refresh, State

CODE_SECONDS, DEVICE_SECONDS, INTERVAL = 600, 900, 5
IDLE_SECONDS = 90 * 86400
CODES, DEVICES = "v2-oauth2-auth-code-flow.md", "v2-oauth2-device-code.md"
ALONE, RENEWAL, NUMBERS = (
    "v2-oauth2-client-creds-grant-flow.md",
    "refresh-tokens.md",
    "reference-error-codes.md",
)
DEATHS = {
    "revoked": (
        50173,
        "The provided grant has expired due to it being revoked.",
    ),
    "idle": (700082, "The refresh token has expired due to inactivity."),
    "consent": (65001, "The user or administrator has not consented to use the application."),
    "disabled": (50057, "The user account is disabled."),
    "factor": (50076, "You must use multi-factor authentication to access the service."),
    "blocked": (53003, "Access has been blocked by Conditional Access policies."),
    "unknown": (9002313, "Invalid request. Request is malformed or invalid."),
}
"""Why a refresh token is refused, with Microsoft's numbers."""
OPEN_ID = ("openid", "profile", "offline_access", "email")
CALENDARS = ("Calendars.Read", "Calendars.ReadWrite", "Calendars.ReadBasic", "User.Read", "Place.Read.All")
GRAPH = "https://graph.microsoft.com/"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Login:
    """Gives and takes back tokens."""

    def __init__(self, state: State) -> None:
        self._state = state

    def discovery(self, origin: str, tenant: str) -> Json:
        """Tell where everything is (OpenID Connect discovery)."""
        self._tenant(tenant)
        place = f"{origin}/{tenant}"
        return {
            "issuer": f"{place}/v2.0",
            "authorization_endpoint": f"{place}/oauth2/v2.0/authorize",
            "token_endpoint": f"{place}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{place}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{place}/discovery/v2.0/keys",
            "response_types_supported": ["code"],
        }

    def page(self, tenant: str, query: str) -> str:
        """Show who asks for what; the form sends it back with a yes or a no."""
        asked = dict(parse_qsl(query))
        self._check(tenant, asked)
        fields = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in asked.items()
        )
        return f'<form method="post">{html.escape(asked["scope"])}{fields}<button>Accept</button></form>'

    def decide(self, tenant: str, form: str) -> str:
        """Give where the browser is sent after the answer on the consent page."""
        asked = dict(parse_qsl(form))
        self._check(tenant, asked)
        back = {"state": asked["state"]} if "state" in asked else {}
        if asked.get("answer") == "deny":
            words = "AADSTS65004: User declined to consent to access the app."
            no = {"error": "access_denied", "error_description": words, **back}
            return f"{asked['redirect_uri']}?{urlencode(no)}"
        name = f"0.code-{self._state.number()}"
        self._state.codes[name] = Code(
            client=asked["client_id"],
            redirect=asked["redirect_uri"],
            email=asked.get("login", "alice@example.com"),
            scopes=self._scopes(asked["scope"]),
            challenge=asked["code_challenge"],
            expires=self._state.clock.now() + CODE_SECONDS,
        )
        return f"{asked['redirect_uri']}?{urlencode({'code': name, 'session_state': 'standin', **back})}"

    def device(self, tenant: str, asked: dict[str, str], origin: str) -> Json:
        """Begin a device's consent."""
        self._tenant(tenant)
        client = self._client(asked)
        name, user = f"device-{self._state.number()}", f"CODE{self._state.number():05d}"
        self._state.devices[name] = Device(
            client.id,
            user,
            self._scopes(asked.get("scope", "")),
            self._state.clock.now() + DEVICE_SECONDS,
            INTERVAL,
        )
        where = f"{origin}/devicelogin"
        return {
            "user_code": user,
            "device_code": name,
            "verification_uri": where,
            "expires_in": DEVICE_SECONDS,
            "interval": INTERVAL,
            "message": f"To sign in, open the page {where} and enter the code {user} to authenticate.",
        }

    def answer_device(self, user_code: str, email: str, answer: str = "granted") -> None:
        """Let a person answer what a device asked."""
        for device in self._state.devices.values():
            if device.user_code == user_code:
                device.answer, device.email = answer, email

    def token(self, tenant: str, asked: dict[str, str]) -> Json:
        """Answer the token endpoint."""
        self._tenant(tenant)
        grant = asked.get("grant_type")
        if grant == "authorization_code":
            return self._by_code(asked)
        if grant == "refresh_token":
            return self._by_refresh(asked)
        if grant == DEVICE_GRANT:
            return self._by_device(asked)
        if grant == "client_credentials":
            return self._alone(tenant, asked)
        message = f"The app requested an unsupported grant type '{grant}'."
        raise LoginError(400, "unsupported_grant_type", 70003, message, NUMBERS)

    def grant(self, client: str, email: str, scopes: tuple[str, ...]) -> tuple[str, str]:
        """Give a refresh and an access token without any page, for tests."""
        name = f"0.refresh-{self._state.number()}"
        self._state.refreshes[name] = Refresh(client, email, scopes, self._state.clock.now())
        return name, self._access(client, email, scopes)

    def who(self, header: str | None) -> Access:
        """Tell whom an Authorization header stands for.

        Raises:
            GraphError: 401.
        """
        kind, _, token = (header or "").partition(" ")
        access = self._state.accesses.get(token) if kind == "Bearer" else None
        if access is None or access.expires <= self._state.clock.now():
            message = "Access token is empty." if not token else "Lifetime validation failed."
            raise GraphError(401, "InvalidAuthenticationToken", message, "concepts/errors.md")
        return access

    def _tenant(self, tenant: str) -> None:
        if tenant not in self._state.tenants:
            message = f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID."
            raise LoginError(400, "invalid_request", 90002, message, NUMBERS)

    def _check(self, tenant: str, asked: dict[str, str]) -> None:
        self._tenant(tenant)
        self._client(asked, secret=False)
        if asked.get("response_type") != "code":
            raise LoginError(400, "invalid_request", 900144, "The request must contain response_type.", CODES)
        self._scopes(asked.get("scope", ""))
        parts = urlsplit(asked.get("redirect_uri", ""))
        if parts.scheme != "http" or parts.hostname not in LOOPBACK or parts.query or parts.fragment:
            message = "The redirect URI specified in the request does not match those configured."
            raise LoginError(400, "invalid_request", 50011, message, CODES)
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            message = "Proof Key for Code Exchange is required for public clients."
            raise LoginError(400, "invalid_request", 9002325, message, CODES)

    def _scopes(self, text: str) -> tuple[str, ...]:
        names = [one.removeprefix(GRAPH) for one in text.split()]
        odd = [one for one in names if one not in OPEN_ID and one not in CALENDARS]
        if odd or not any(one in CALENDARS for one in names):
            message = f"The provided value for the input parameter 'scope' is not valid: {odd or 'empty'}."
            raise LoginError(400, "invalid_scope", 70011, message, CODES)
        wanted = tuple(one for one in names if one in CALENDARS or one == "offline_access")
        granted = self._state.settings.granted
        return wanted if granted is None else granted

    def _client(self, asked: dict[str, str], *, secret: bool = True) -> Client:
        client = self._state.clients.get(asked.get("client_id", ""))
        if client is None:
            message = f"Application with identifier '{asked.get('client_id')}' was not found."
            raise LoginError(400, "unauthorized_client", 700016, message, NUMBERS)
        if not secret:
            return client
        given = asked.get("client_secret")
        if client.secret is not None and given is None:
            message = "The request body must contain: 'client_assertion' or 'client_secret'."
            raise LoginError(401, "invalid_client", 7000218, message, NUMBERS)
        if client.secret is None and given is not None:
            message = "Client is public so no 'client_secret' should be presented."
            raise LoginError(401, "invalid_client", 700025, message, NUMBERS)
        if given != client.secret:
            raise LoginError(401, "invalid_client", 7000215, "Invalid client secret provided.", NUMBERS)
        return client

    def _by_code(self, asked: dict[str, str]) -> Json:
        client = self._client(asked)
        code = self._state.codes.get(asked.get("code", ""))
        now = self._state.clock.now()
        if code is None or code.expires < now or code.client != client.id:
            raise LoginError(400, "invalid_grant", 70008, "The provided authorization code expired.", CODES)
        if code.used:
            raise LoginError(400, "invalid_grant", 54005, "OAuth2 code was already redeemed.", CODES)
        code.used = True
        if code.redirect != asked.get("redirect_uri"):
            raise LoginError(400, "invalid_grant", 500112, "The reply address does not match.", CODES)
        if code.challenge != challenge(asked.get("code_verifier", "")):
            message = "The Code_Verifier does not match the code_challenge."
            raise LoginError(400, "invalid_grant", 501481, message, CODES)
        return self._given(client.id, code.email, code.scopes)

    def _by_device(self, asked: dict[str, str]) -> Json:
        client = self._client(asked)
        device = self._state.devices.get(asked.get("device_code", ""))
        now = self._state.clock.now()
        if device is None or device.client != client.id:
            raise LoginError(400, "bad_verification_code", 70019, "Verification code is not known.", DEVICES)
        if now > device.expires:
            raise LoginError(400, "expired_token", 70020, "The device code has expired.", DEVICES)
        too_soon = now < device.asked + device.interval - 1
        device.asked = now
        if too_soon:
            raise LoginError(400, "slow_down", 70018, "Slow down.", DEVICES)
        if device.answer == "pending":
            message = "OAuth 2.0 device flow error. Authorization is pending. Continue polling."
            raise LoginError(400, "authorization_pending", 70016, message, DEVICES)
        if device.answer == "declined":
            message = "The end user denied the authorization request."
            raise LoginError(400, "authorization_declined", 65004, message, DEVICES)
        return self._given(client.id, device.email, device.scopes)

    def _by_refresh(self, asked: dict[str, str]) -> Json:
        client = self._client(asked)
        refresh = self._state.refreshes.get(asked.get("refresh_token", ""))
        now = self._state.clock.now()
        dead = "unknown" if refresh is None else refresh.dead
        if refresh is not None and dead is None and now - refresh.used > IDLE_SECONDS:
            dead = "idle"
        if refresh is None or dead is not None:
            number, message = DEATHS[str(dead)]
            raise LoginError(400, "invalid_grant", number, message, RENEWAL)
        if refresh.client != client.id:
            message = "The refresh token was issued to another client."
            raise LoginError(400, "invalid_grant", 700005, message, RENEWAL)
        wanted = self._scopes(asked.get("scope", " ".join(refresh.scopes)))
        lacking = [one for one in wanted if one in CALENDARS and not _holds(refresh.scopes, one)]
        if lacking:
            number, message = DEATHS["consent"]
            raise LoginError(400, "invalid_grant", number, message, RENEWAL)
        refresh.used = now
        answer = self._answer(self._access(client.id, refresh.email, refresh.scopes), refresh.scopes)
        if self._state.settings.rotate:
            new = f"0.refresh-{self._state.number()}"
            self._state.refreshes[new] = Refresh(client.id, refresh.email, refresh.scopes, now)
            answer["refresh_token"] = new
        return answer

    def _alone(self, tenant: str, asked: dict[str, str]) -> Json:
        if tenant in ("common", "organizations", "consumers"):
            message = "The tenant for client credentials has to be a real one."
            raise LoginError(400, "invalid_request", 50194, message, ALONE)
        client = self._client(asked)
        if client.secret is None:
            raise LoginError(401, "invalid_client", 7000218, "A secret or an assertion is needed.", ALONE)
        scope = asked.get("scope", "")
        if " " in scope.strip() or not scope.endswith("/.default"):
            message = f"The provided value for scope {scope} is not valid: it has to end with /.default."
            raise LoginError(400, "invalid_scope", 1002012, message, ALONE)
        return self._answer(self._access(client.id, "", client.roles), ())

    def _given(self, client: str, email: str, scopes: tuple[str, ...]) -> Json:
        refresh, access = self.grant(client, email, scopes)
        answer = self._answer(access, scopes)
        if "offline_access" in scopes:
            answer["refresh_token"] = refresh
        return answer

    def _access(self, client: str, email: str, scopes: tuple[str, ...]) -> str:
        name = f"eyJ0.access-{self._state.number()}"
        expires = self._state.clock.now() + self._state.settings.access_seconds
        self._state.accesses[name] = Access(client, email, scopes, expires)
        return name

    def _answer(self, access: str, scopes: tuple[str, ...]) -> Json:
        shown = {"scope": " ".join(one for one in scopes if one != "offline_access")} if scopes else {}
        life = self._state.settings.access_seconds
        return {
            "token_type": "Bearer",
            "expires_in": life,
            "ext_expires_in": life,
            "access_token": access,
            **shown,
        }


def _holds(granted: tuple[str, ...], scope: str) -> bool:
    return scope in granted or (scope == "Calendars.Read" and "Calendars.ReadWrite" in granted)


def challenge(verifier: str) -> str:
    """Give the challenge of a verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def exported(refresh: str, client: str, tenant: str = "common") -> dict[str, str]:
    """Give what `gatherly connect --from` reads."""
    return {"refresh_token": refresh, "client_id": client, "tenant": tenant}
