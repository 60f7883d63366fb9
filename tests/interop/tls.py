"""A certificate authority made for one run, and trusted inside its sandbox only."""
import os
import ssl
import subprocess

FOLDER = "/run/tls"             # in the sandbox /run is its own
TRUSTED = "/etc/ssl/certs"      # where this system's libcurl looks


def _openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True,
                   cwd=FOLDER)


def make_authority():
    """Once a run, inside the sandbox: its mounts are nobody else's."""
    os.mkdir(FOLDER, 0o700)
    _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
             "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem")
    subprocess.run(["mount", "-t", "tmpfs", "none", TRUSTED], check=True)
    with open(os.path.join(FOLDER, "ca.pem"), encoding="ascii") as pem, \
            open(os.path.join(TRUSTED, "ca-certificates.crt"), "w",
                 encoding="ascii") as bundle:
        bundle.write(pem.read())


def context(name, address, by_authority=True):
    """A server's TLS context for a numeric address: signed by the authority, or
    by itself."""
    key, csr, pem = name + ".key", name + ".csr", name + ".pem"
    with open(os.path.join(FOLDER, name + ".ext"), "w", encoding="ascii") as out:
        out.write("subjectAltName=IP:%s\n" % address)
    _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-subj", "/CN=" + name, "-keyout", key, "-out", csr)
    signer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"] \
        if by_authority else ["-signkey", key]
    _openssl("x509", "-req", "-in", csr, "-days", "2", "-extfile",
             name + ".ext", "-out", pem, *signer)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(os.path.join(FOLDER, pem), os.path.join(FOLDER, key))
    return tls
