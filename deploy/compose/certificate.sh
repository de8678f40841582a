#!/bin/sh
# Makes key.pem and certificate.pem for NAME in FOLDER, for nginx running as OWNER, and name.conf. A certificate made here is
# made again a month before it ends, or for another name; one that came from elsewhere is left alone.
set -eu
maker='TinyGrepServer compose'
cd "$FOLDER"
case $NAME in '' | *[!A-Za-z0-9.-]*) echo "certificate.sh: NAME: expected a host name, not '$NAME'." >&2; exit 2 ;; esac

is_good() {
    [ -e certificate.pem ] || return 1
    issuer=$(openssl x509 -in certificate.pem -noout -issuer -nameopt oneline)
    case $issuer in *"O = $maker"*) ;; *) return 0 ;; esac
    [ "$issuer" = "issuer=O = $maker, CN = $NAME" ] && openssl x509 -in certificate.pem -noout -checkend 2592000 >/dev/null
}

umask 077
if ! is_good; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj "/O=$maker/CN=$NAME" \
        -addext "subjectAltName=DNS:$NAME,DNS:localhost,IP:127.0.0.1" -keyout key.pem.new -out certificate.pem.new
    mv key.pem.new key.pem
    mv certificate.pem.new certificate.pem
fi
echo "server_name $NAME;" >name.conf
chown "$OWNER" . key.pem certificate.pem name.conf
