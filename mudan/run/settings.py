"""What can be set from outside? Environment variables that begin with MUDAN_, and nothing else."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mudan.primitives.errors import Invalid

MEANINGS: Final[dict[str, str]] = {
    "MUDAN_DATA": "folder of the embedded database and its secrets (default .mudan)",
    "MUDAN_DATABASE_URL": "PostgreSQL ≥ 15 as the role mudan_centre; unset: the embedded server",
    "MUDAN_MIGRATION_URL": "the same database as its owner, for `mudan migrate` only",
    "MUDAN_HOST": "address to listen on for HTTP (default 127.0.0.1)",
    "MUDAN_PORT": "port to listen on for HTTP (default 8080)",
    "MUDAN_ORIGINS": "addresses people type, comma between, e.g. https://centre.example (default: as asked)",
    "MUDAN_TRUSTED_PROXIES": "addresses whose X-Forwarded-For is believed, comma between (default none)",
    "MUDAN_SECURE_COOKIES": "1: session cookies over HTTPS only; 0 for plain HTTP on this machine (default 1)",
    "MUDAN_PASSWORD_POLICY": "djbh3 or asvs (default djbh3)",
    "MUDAN_KEEP_GOOD_FRAMES_HOURS": "how long good frames are kept; 0 keeps none (default 24)",
    "MUDAN_WARNING_SENDER": "14 digits that public warnings are sent under (GB/T 35965.1); unset: nothing can be sent",
    "MUDAN_WARNING_ISSUER": "who warns the public, as 中文|English",
    "MUDAN_WARNING_CONTACT": "where the public asks back, such as a telephone number",
    "MUDAN_WEBHOOKS": "https addresses that sent warnings are posted to, comma between (default none)",
    "MUDAN_SMTP_HOST": "mail server for reporters' notices; unset, or in a demo: files in <data>/outbox/mail",
    "MUDAN_SMTP_PORT": "its port; 465 is TLS from the start, others STARTTLS, never without (default 587)",
    "MUDAN_SMTP_USER": "account there (default: none is named)",
    "MUDAN_SMTP_PASSWORD": "its password",
    "MUDAN_SMTP_FROM": "who mails come from, as name <address>; links in them begin with the first of MUDAN_ORIGINS",
    "MUDAN_DEMO": "1 marks everything shown as demo data (default 0)",
    "MUDAN_WEB_ROOT": "folder of the built web pages (default web/dist beside the package)",
    "MUDAN_POSTGRES_ACCOUNT": "account that runs the embedded server when root starts it (default postgres, nobody)",
    "MUDAN_{PLATFORM}_{SETTING}": "a platform's own setting, e.g. MUDAN_WATER_PORT; see docs/platforms.md",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process."""

    data: Path
    database_url: str
    migration_url: str
    host: str
    port: int
    origins: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    secure_cookies: bool
    password_policy: str
    keep_good_hours: float
    demo: bool
    web_root: Path
    warning_sender: str
    warning_issuer: str
    warning_contact: str
    webhooks: tuple[str, ...]
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str = field(repr=False)
    smtp_from: str
    environment: Mapping[str, str] = field(repr=False)

    def of_platform(self, name: str) -> dict[str, str]:
        """A platform's own settings: `MUDAN_WATER_PORT` is `port` of `water`."""
        prefix = f"MUDAN_{name.upper()}_"
        return {
            key.removeprefix(prefix).lower(): value
            for key, value in self.environment.items()
            if key.startswith(prefix)
        }


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings (raises Invalid naming the variable)."""
    env = os.environ if environment is None else environment

    def number(name: str, default: str) -> float:
        try:
            return float(env.get(name, default))
        except ValueError:
            raise Invalid(f"{name} must be a number", field=name) from None

    def several(name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in env.get(name, "").split(",") if part.strip())

    return Settings(
        data=Path(env.get("MUDAN_DATA", ".mudan")),
        database_url=env.get("MUDAN_DATABASE_URL", ""),
        migration_url=env.get("MUDAN_MIGRATION_URL", ""),
        host=env.get("MUDAN_HOST", "127.0.0.1"),
        port=int(number("MUDAN_PORT", "8080")),
        origins=several("MUDAN_ORIGINS"),
        trusted_proxies=several("MUDAN_TRUSTED_PROXIES"),
        secure_cookies=env.get("MUDAN_SECURE_COOKIES", "1") != "0",
        password_policy=env.get("MUDAN_PASSWORD_POLICY", "djbh3"),
        keep_good_hours=number("MUDAN_KEEP_GOOD_FRAMES_HOURS", "24"),
        demo=env.get("MUDAN_DEMO", "0") == "1",
        web_root=Path(env.get("MUDAN_WEB_ROOT", str(Path(__file__).parents[2] / "web" / "dist"))),
        warning_sender=env.get("MUDAN_WARNING_SENDER", ""),
        warning_issuer=env.get("MUDAN_WARNING_ISSUER", ""),
        warning_contact=env.get("MUDAN_WARNING_CONTACT", ""),
        webhooks=several("MUDAN_WEBHOOKS"),
        smtp_host=env.get("MUDAN_SMTP_HOST", "").strip(),
        smtp_port=int(number("MUDAN_SMTP_PORT", "587")),
        smtp_user=env.get("MUDAN_SMTP_USER", ""),
        smtp_password=env.get("MUDAN_SMTP_PASSWORD", ""),
        smtp_from=env.get("MUDAN_SMTP_FROM", "").strip(),
        environment=env,
    )
