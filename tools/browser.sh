#!/usr/bin/env bash
# Are Chromium and Chinese fonts here? Installed by apt where that is allowed; else named clearly.
set -euo pipefail
browser="${MUDAN_CHROMIUM:-}"
[ -n "$browser" ] || browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
fonts=$(fc-list :lang=zh 2>/dev/null | head -1 || true)
[ -n "$browser" ] && [ -n "$fonts" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "· browser: chromium fonts-noto-cjk"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig >/dev/null
  exit 0
fi
echo "The browser tests need Chromium and a Chinese font. Install them, for example:" >&2
echo "  sudo apt-get install chromium fonts-noto-cjk" >&2
echo "or name the browser with MUDAN_CHROMIUM." >&2
exit 1
