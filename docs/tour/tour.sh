#!/usr/bin/env bash
# Walks through every screen of the console on the simulated fleet, in tmux, at
# three sizes and in both languages, and keeps what a person would read in
# docs/tour/LANGUAGE/SCREEN-SIZE.txt. Called by "make tour"; needs tmux.
set -euo pipefail
cd "$(dirname "$0")/../.."

binary=$(mktemp -d)/ironage
go build -trimpath -o "$binary" ./cmd/ironage
tmux="tmux -L ironage-tour -f /dev/null"
trap '$tmux kill-server 2>/dev/null || true; rm -rf "$(dirname "$binary")"' EXIT

sizes="80x24 120x40 200x60"

# screen prints what is on the terminal, without blanks at the ends of lines.
screen() { $tmux capture-pane -p -t tour | sed 's/[[:space:]]*$//'; }

# settled waits until two looks in a row show the same, clocks and ages aside.
settled() {
  local before="" now="" tries=0
  while [ "$tries" -lt 40 ]; do
    sleep 0.25
    now=$(screen | sed 's/[0-9]//g')
    [ -n "$now" ] && [ "$now" = "$before" ] && return 0
    before=$now
    tries=$((tries + 1))
  done
}

# awaited waits for a text.
awaited() {
  local tries=0
  until screen | grep -q -- "$1"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 240 ]; then echo "tour: \"$1\" did not come:" >&2; screen >&2; exit 1; fi
    sleep 0.25
  done
}

press() { for key in "$@"; do $tmux send-keys -t tour "$key"; sleep 0.15; done; }

# picture NAME keeps the screen at every size.
picture() {
  for size in $sizes; do
    $tmux resize-window -t tour -x "${size%x*}" -y "${size#*x}"
    settled
    screen >"docs/tour/$language/$1-$size.txt"
  done
  $tmux resize-window -t tour -x 120 -y 40
  settled
}

# visit NAME KEY… goes to a screen, keeps it, and comes back to the Overview.
visit() {
  local name=$1
  shift
  press "$@"
  settled
  picture "$name"
  press Escape Escape Escape Escape 1
}

for language in en vi; do
  rm -rf "docs/tour/$language"
  mkdir -p "docs/tour/$language"
  $tmux new-session -d -s tour -x 120 -y 40 "XDG_STATE_HOME=$(dirname "$binary")/state-$language TERM=tmux-256color $binary demo --lang $language"
  awaited '143 .*143'
  settled
  picture overview
  visit servers 2
  visit servers-wide 2 w
  visit servers-filter-wrong 2 / 'disk heath:critical'
  visit server 2 Enter
  visit server-evidence 2 Enter e
  visit server-history 2 Enter H
  visit queue 3
  visit queue-board 3 b
  visit order 3 Enter
  visit aisle 3 Enter z
  visit picklist 3 Space j Space t
  visit events 4
  visit ageing 5
  visit ageing-over-age 5 Tab
  visit ageing-risk 5 Tab Tab
  visit ageing-forecast 5 Tab Tab Tab
  visit ageing-budget 5 Tab Tab Tab Tab
  visit services 6
  visit racks 7
  visit racks-by-age 7 c
  visit racks-rooms 7 b
  visit probes 8
  visit maintenance 9
  visit settings 0
  visit help 2 '?'
  visit palette : 'tdo'
  $tmux kill-session -t tour
done

{
  echo "# A tour of the console"
  echo
  echo "Every screen on the simulated fleet (\`ironage demo\`), as a terminal shows it, taken by \`make tour\`."
  for language in en vi; do
    echo
    if [ "$language" = en ]; then echo "## English"; else echo "## Tiếng Việt"; fi
    for file in docs/tour/"$language"/*-120x40.txt; do
      name=$(basename "$file" -120x40.txt)
      echo
      echo "### $name"
      echo
      echo "Also at [80×24]($language/$name-80x24.txt) and [200×60]($language/$name-200x60.txt)."
      echo
      echo '```'
      cat "$file"
      echo '```'
    done
  done
} >docs/tour/README.md
