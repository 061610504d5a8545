#!/usr/bin/env bash
# The sample course on this machine. Its data stay in var/demo: stop it and start it again.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

port=${PORT:-8000}
[[ $port =~ ^[0-9]{1,5}$ ]] && [ "$port" -ge 1 ] && [ "$port" -le 65535 ] ||
    die "PORT=$port is not a port; choose a number such as 8000."
if port_answers 127.0.0.1 "$port" || port_answers ::1 "$port"; then
    die "port $port is in use, perhaps by a demo that still runs. Another: PORT=$((port < 64000 ? port + 1000 : 9000)) make demo"
fi

# Nothing of another installation reaches the demo. Its SECRET_KEY is made by the settings.
unset DEBUG SECRET_KEY DATABASE_URL REDIS_URL MEDIA_ROOT EMAIL_URL TRUST_PROXY ALLOWED_HOSTS \
    CSRF_TRUSTED_ORIGINS OIDC_SERVER_URL OIDC_CLIENT_ID OIDC_CLIENT_SECRET OIDC_NAME
export PORT=$port DEMO=1 DATA_DIR=var/demo SITE_URL=http://localhost:$port

.venv/bin/python manage.py prepare --verbosity 0
.venv/bin/python manage.py demo
exec .venv/bin/python manage.py serve --port "$port"
