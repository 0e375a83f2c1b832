"""What is served by itself over HTTPS speaks TLS 1.3, and nothing older."""

import socket
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fastapi import FastAPI

from config.api import ApiSettings
from daemon.http.server import HttpServer
from engine.time.instant import parse_instant, to_datetime
from tests.standins.process import until_it_answers
from tests.standins.required import free_port

SIGNED = to_datetime(parse_instant("2020-01-01T00:00:00Z"))


@pytest.fixture
def settings(tmp_path: Path) -> ApiSettings:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = (
        builder.serial_number(1).not_valid_before(SIGNED).not_valid_after(SIGNED + timedelta(days=36500))
    )
    pem = tmp_path / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return ApiSettings(listen=f"127.0.0.1:{free_port()}", tls_cert_file=pem, tls_key_file=pem)


def version(settings: ApiSettings, newest: ssl.TLSVersion) -> str | None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = newest
    host, _, port = settings.listen.rpartition(":")
    line = socket.create_connection((host, int(port)), timeout=60)
    with line, context.wrap_socket(line) as spoken:
        return spoken.version()


def test_older_than_tls_1_3_is_not_spoken(settings: ApiSettings) -> None:
    server = HttpServer(FastAPI(), settings)
    server.begin()
    until_it_answers(int(settings.listen.rpartition(":")[2]), None, Path())
    try:
        assert version(settings, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
        with pytest.raises((ssl.SSLError, ConnectionError)):
            version(settings, ssl.TLSVersion.TLSv1_2)
    finally:
        server.finish()
