"""docker-compose.yml fits the settings that it sets, and holds no secret."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
SOURCE = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(SOURCE)
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ["web", "worker"]

NOT_SET = {
    "DEBUG": "never on a server",
    "DEMO": "never on a server",
    "DATA_DIR": "set by the image",
    "MEDIA_ROOT": "follows from DATA_DIR",
    "CSRF_TRUSTED_ORIGINS": "only for a second host name",
}
"""What the settings read and the compose file leaves alone, with the reason."""

DOTENV = {
    "SECRET_KEY": "s" * 50,
    "SITE_HOST": "seminar.example.edu",
    "POSTGRES_PASSWORD": "p" * 32,
    "EMAIL_URL": "smtp+tls://user:word@mail.example.edu:587",
    "DEFAULT_FROM_EMAIL": "seminar@example.edu",
}
"""The least that an operator writes into .env."""


def names_read_by(path: str) -> set[str]:
    """The environment variables that a module reads, by `env.kind("NAME")` or `os.environ`."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if (
            isinstance(node, ast.Call)
            and re.fullmatch(r"env\.\w+|os\.environ\.get", ast.unparse(node.func))
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            names.add(node.args[0].value)
    return names


def filled_in(text: str) -> str:
    """`text` with ${NAME}, ${NAME:-default} and ${NAME:?message} as compose fills them in."""

    def value(match: re.Match[str]) -> str:
        name, sign, rest = match.groups()
        if name in DOTENV:
            return DOTENV[name]
        assert sign == ":-", f"{name} is neither in .env nor has a default"
        return rest

    return re.sub(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}", value, text)


def test_sets_what_the_settings_read_and_nothing_else():
    read = names_read_by("courseapp/settings.py")
    assert set(SERVICES["web"]["environment"]) == read - set(NOT_SET)
    assert set(NOT_SET) <= read


def test_worker_has_the_settings_of_web():
    shared = {k: v for k, v in SERVICES["web"]["environment"].items() if k != "WEB_CONCURRENCY"}
    assert SERVICES["worker"]["environment"] == shared


def test_settings_start_with_what_an_operator_must_give(tmp_path):
    environment = {k: filled_in(v) for k, v in SERVICES["web"]["environment"].items()}
    script = (
        "import json; from django.conf import settings as s;"
        "print(json.dumps([s.DEBUG, s.DEMO, s.ALLOWED_HOSTS, s.SITE_URL, s.REDIS_URL,"
        " s.CELERY_BROKER_URL, s.SESSION_COOKIE_SECURE, s.SECURE_PROXY_SSL_HEADER,"
        " s.DATABASES['default']['HOST'], s.DATABASES['default']['PASSWORD'], s.EMAIL_HOST]))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment
        | {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "courseapp.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout) == [
        False,
        False,
        ["seminar.example.edu", "127.0.0.1"],
        "https://seminar.example.edu",
        "redis://redis:6379/0",
        "redis://redis:6379/0",
        True,
        ["HTTP_X_FORWARDED_PROTO", "https"],
        "postgres",
        DOTENV["POSTGRES_PASSWORD"],
        "mail.example.edu",
    ]


def test_every_secret_comes_from_outside():
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"SECRET|PASSWORD|TOKEN|KEY", name):
                assert re.fullmatch(r"\$\{\w+(:\?[^}]+|:-)\}", value), name
    in_addresses = re.findall(r"://[^\s:]+:(.+?)@", SOURCE)
    assert in_addresses == ["${POSTGRES_PASSWORD:?POSTGRES_PASSWORD must be set in .env}"]


def test_every_name_in_dotenv_is_explained_to_the_operator():
    asked = set(re.findall(r"\$\{(\w+)", SOURCE))
    explained = set(re.findall(r"^\| `(\w+)`", operating_guide(), flags=re.MULTILINE))
    assert asked - explained == set()


def test_operating_guide_lists_every_setting():
    read = names_read_by("courseapp/settings.py")
    explained = set(re.findall(r"^\| `(\w+)`", operating_guide(), flags=re.MULTILINE))
    assert read - explained == set()


def operating_guide() -> str:
    return (ROOT / "docs" / "operating.md").read_text()


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_service_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_services_are_those_of_the_guide():
    assert sorted(SERVICES) == ["postgres", "proxy", "redis", "web", "worker"]


def test_only_the_proxy_is_reachable_from_outside():
    assert [name for name in sorted(SERVICES) if "ports" in SERVICES[name]] == ["proxy"]


def test_everything_named_is_declared():
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service["volumes"]
        if not volume.startswith("./")
    }
    assert used == set(COMPOSE["volumes"])
    waited_for = {name for service in SERVICES.values() for name in service.get("depends_on", {})}
    assert waited_for <= set(SERVICES)
    assert (ROOT / "deploy" / "Caddyfile").is_file()


def test_web_prepares_and_then_serves():
    shell, flag, script = SERVICES["web"]["command"]
    assert (shell, flag) == ("sh", "-c")
    prepare, _, serve = script.partition(" && ")
    assert prepare == "python manage.py prepare"
    assert serve.split() == [
        *("exec", "python", "manage.py", "serve"),
        *("--bind", "0.0.0.0", "--port", "8000", "--without-worker"),
    ]


def test_worker_has_its_clock_with_it():
    assert SERVICES["worker"]["command"] == ["python", "manage.py", "work"]
    assert SERVICES["worker"]["healthcheck"]["test"] == [
        "CMD",
        "python",
        "manage.py",
        "healthy",
        "worker",
        "sweep",
    ]


def test_commands_that_it_runs_exist():
    assert {"prepare", "serve", "work", "healthy"} <= set(get_commands())


def test_image_does_not_run_as_root_and_installs_by_hash():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER rostrum"]
    installs = [line for line in lines if "pip install" in line]
    assert len(installs) == 2
    assert all("--require-hashes" in line for line in installs)


def test_image_holds_every_app():
    kept = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    packages = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert packages | {"static", "templates", "jinja", "manage.py"} <= kept
    assert all((ROOT / name).exists() for name in kept)


def test_compose_itself_accepts_it(tmp_path):
    docker = shutil.which("docker")
    compose = [docker, "compose"] if docker else []
    if not docker or subprocess.run([*compose, "version"], capture_output=True).returncode:
        pytest.skip("there is no docker compose here; the tests above read the file themselves")
    dotenv = tmp_path / "env"
    dotenv.write_text("".join(f"{name}={value}\n" for name, value in DOTENV.items()))
    finished = subprocess.run(
        [*compose, "--env-file", str(dotenv), "config", "--quiet"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr


def test_the_image_has_the_client_of_the_databases_version():
    """pg_dump refuses a newer server, and a newer pg_dump writes what an older one cannot read."""
    server = re.fullmatch(r"postgres:(\d+)-alpine", SERVICES["postgres"]["image"])
    client = re.search(r"postgresql-client-(\d+)", (ROOT / "Dockerfile").read_text())
    assert server
    assert client
    assert server[1] == client[1]


def test_backups_outlive_the_container():
    assert "backups:/srv/rostrum-backups" in SERVICES["web"]["volumes"]
    assert "backups" in COMPOSE["volumes"]
    assert "/srv/rostrum-backups" in (ROOT / "Dockerfile").read_text()
