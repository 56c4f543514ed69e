#!/usr/bin/env bash
# Walks through every screen of the console on the simulated fleet, in tmux, at
# three sizes and in both languages, and keeps what a person would read in
# docs/tour/LANGUAGE/SCREEN-SIZE.txt. Called by "make tour"; needs tmux.
set -euo pipefail
cd "$(dirname "$0")/../.."

# IRONAGE names a binary that is built already; LANGUAGES the languages to walk in.
work=$(mktemp -d)
binary=${IRONAGE:-$work/ironage}
[ -n "${IRONAGE:-}" ] || go build -trimpath -o "$binary" ./cmd/ironage
tmux="tmux -L ironage-tour-$$ -f /dev/null"
trap '$tmux kill-server 2>/dev/null || true; rm -rf "$work"' EXIT

# The last is the size in which keys are pressed.
sizes="80x24 200x60 120x40"

# screen prints what is on the terminal, without blanks at the ends of lines.
screen() { $tmux capture-pane -p -t tour | sed 's/[[:space:]]*$//'; }

# settled waits until two looks in a row show the same, figures and the courses
# drawn of them aside: those never stand still.
settled() {
  local before="" now="" tries=0
  while [ "$tries" -lt 12 ]; do
    sleep 0.25
    now=$(screen | sed -e 's/[0-9.]//g' -e 's/[▁▂▃▄▅▆▇█]/ /g' -e 's/  */ /g')
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

# press sends keys one by one. An Escape needs the longest: with a key right
# behind it, it would be Alt and that key.
press() {
  for key in "$@"; do
    $tmux send-keys -t tour "$key"
    if [ "$key" = Escape ]; then sleep 0.3; else sleep 0.15; fi
  done
}

# masked is the screen without what tells of this machine: usual folders, a host
# of as many letters and a process of as many ones stand in place of its own.
host=$(hostname)
as=noc-console-terminal
as=${as:0:${#host}}
masked() {
  screen | sed -e "s#$work/ironage-demo-[0-9]*#/tmp/ironage-demo#g" -e "s#$work/state#~/.local/state#g" \
    -e "s/$host (\([^()0-9]*[0-9]*)\)/$as (\1/g" -e ':a' -e "s/\($as ([^()0-9]*1*\)[02-9]/\11/" -e 'ta'
}

# picture NAME keeps the screen at every size.
picture() {
  for size in $sizes; do
    $tmux resize-window -t tour -x "${size%x*}" -y "${size#*x}"
    settled
    masked >"docs/tour/$language/$1-$size.txt"
  done
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

# opened COMMAND… opens the console and waits until every endpoint has answered.
opened() {
  rm -rf "$work/state"
  $tmux new-session -d -s tour -x 120 -y 40 "TMPDIR=$work XDG_STATE_HOME=$work/state TERM=tmux-256color $binary $* --lang $language"
  awaited '14[0-3] .*143'
  settled
}

# the_server opens a server with something failed, both endpoints and a history.
the_server() { press 1 : soc-log-04 Enter; settled; }

servers() {
  visit servers 2
  visit servers-wide 2 w
  press 2 w Escape 1 # wide is kept: back to what fits
  visit servers-filter 2 / 'service:TDOffice age:>5y'
  visit servers-filter-wrong 2 / 'disk heath:critical'
  visit servers-none-matching 2 / 'model:nosuch' Enter
  press 2 / 'health:critical,warning' Enter : 'save filter night' Enter Escape Escape Escape 1
  visit servers-filter-saved 2 / '@' Tab
  visit servers-marked 2 Space j Space
}

server() {
  for tab in parts findings missing files use charts endpoints history; do
    the_server
    for ((i = 0; i < tabs; i++)); do press Tab; done
    visit "server-$tab"
    tabs=$((tabs + 1))
  done
  the_server
  # Where there is room the evidence stands below by itself; here it is asked for.
  $tmux resize-window -t tour -x 80 -y 24
  press e
  visit server-evidence
  the_server
  visit server-risk x
  the_server
  visit server-acknowledge Tab a
  press 1 : tdo-app-09 Enter Tab Tab Tab
  visit server-files-full
  press 1 : dwh-db-04 Enter Tab Tab
  visit server-missing-no-agent
}

queue() {
  visit queue 3
  visit queue-board 3 b
  press 3 b Escape 1
  visit order 3 Enter
  visit order-note 3 Enter n
  visit order-approve 3 Enter A
  visit aisle 3 Enter z
  visit picklist 3 Space j Space t
  visit queue-change-marked 3 Space j Space m
}

the_rest() {
  visit events 4
  visit event-acknowledge 4 j a
  visit ageing 5
  visit ageing-over-age 5 Tab # the panel is kept: each is one further
  visit ageing-risk 5 Tab
  visit ageing-explained 5 x
  visit ageing-forecast 5 Tab
  visit ageing-budget 5 Tab
  visit ageing-batches 5 Tab
  press 5 Tab Escape 1
  visit services 6
  visit racks 7
  press 7 v
  visit racks-rear
  press 7 v c
  visit racks-by-age
  press 7 c c
  visit racks-by-temperature
  press 7 c
  visit racks-rooms 7 b
  press 7 b Escape 1
  visit probes 8
  visit maintenance-none 9
  visit maintenance-form 9 n
  press 9 n Down Down Enter A03 Enter 'new UPS battery' Enter C-s
  settled
  visit maintenance 9
  visit settings 0
  visit help 2 '?'
  visit palette : 'tdo'
  visit palette-empty :
  press 2 f
  visit frozen
  press 2 f Escape 1
}

# for_viewer is what somebody sees who may only look: a second terminal that
# joins the demo.
for_viewer() {
  $tmux rename-session -t tour demo
  opened --config "$work"/ironage-demo-*/ironage.yaml --readonly
  visit viewer-server 2 Enter
  visit viewer-order 3 Enter
  visit viewer-maintenance 9
  $tmux kill-server
}

for language in ${LANGUAGES:-en vi}; do
  rm -rf "docs/tour/$language"
  mkdir -p "docs/tour/$language"
  tabs=0
  opened demo
  sleep 15 # the first failures of the story
  picture overview
  servers
  server
  queue
  the_rest
  $tmux resize-window -t tour -x 20 -y 5
  settled
  screen >"docs/tour/$language/tiny-20x5.txt"
  $tmux resize-window -t tour -x 120 -y 40
  for_viewer
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
