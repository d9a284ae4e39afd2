#!/usr/bin/env bash
# What a gateway costs beside the least that one Node process can do as a proxy (limit/limit.mjs), in the same run: CPU
# time of an answer and of a streamed event, and the ratios. What is compared lies in limit/: about 1 KB each way, whole
# at 32 connections, and 100 streams of 50 chunks at 20 ms. Needs Linux, two cores, Go, wrk, and undici in UNDICI_DIR.
#   ROUNDS=3 bench/gateway/beside-the-limit.sh [TREE...]
# Each is asked for WARM_FIRST seconds (30) before the first round: what runs for days is compiled, and the limit gets as
# long as a gateway does. WARM_FIRST=1 shows what a start costs.
# TREE is a folder with the project in it, this one where none is named; more of them are measured one after the other.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
port=${PORT:-9101} seconds=${SECONDS_EACH:-6} undici=${UNDICI_DIR:-$here/../..}
work=$(mktemp -d)
trees=("$@")
((${#trees[@]})) || trees=("$here/../..")
(cd "$here/limit/loadtool" && go build -o "$work/loadtool" .)

started=()
stop() { for pid in "${started[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done; wait; rm -rf "$work"; }
trap stop EXIT

taskset -c 0 "$work/loadtool" mock -port "$port" & started+=($!)
UNDICI_DIR=$undici taskset -c 1 node "$here/limit/limit.mjs" $((port + 1)) "http://127.0.0.1:$port" & limit=$!; started+=($limit)
request() { # name model key plain
  node "$here/limit/request.mjs" "$2" 0 "$4" >"$work/$1.body"
  node "$here/limit/request.mjs" "$2" 1 "$4" >"$work/$1.sbody"
  printf 'authorization: Bearer %s\ncontent-type: application/json\n' "$3" >"$work/$1.headers"
}
request limit gpt-4o-mini x ''
names=(limit) urls=("http://127.0.0.1:$((port + 1))/v1") pids=("$limit")
for tree in "${trees[@]}"; do
  name=gateway-$((${#names[@]}))
  (cd "$tree" && exec node bench/gateway/serve.ts "http://127.0.0.1:$port/v1") >"$work/$name.json" & started+=($!)
  until grep -q url "$work/$name.json"; do kill -0 "${started[-1]}"; sleep 0.2; done # it says itself why it ended
  read -r url pid model key < <(node -e 'const j = JSON.parse(require("fs").readFileSync(process.argv[1])); console.log(j.url, j.pid, j.model, j.key)' "$work/$name.json")
  request "$name" "$model" "$key" plain
  names+=("$name") urls+=("$url") pids+=("$pid")
done

cpu() { awk '{ sub(/.*\) /, ""); print ($12 + $13) * 10000 }' "/proc/$1/stat"; } # microseconds; USER_HZ is 100
measure() { # name url pid
  local at=$2/chat/completions a b c d whole sse
  local files=(-url "$at" -body "$work/$1.body" -headers "$work/$1.headers")
  taskset -c 0 "$work/loadtool" lat "${files[@]}" -c 8 -d "${WARM:-4}s" >"$work/warm"
  a=$(cpu "$3")
  whole=$(BENCH_BODY=$work/$1.body BENCH_HEADERS=$work/$1.headers taskset -c 0 wrk -t1 -c32 "-d${seconds}s" --timeout 10s -s "$here/limit/post.lua" "$at" | sed -n 's/^JSON //p')
  b=$(cpu "$3"); sleep 0.3; c=$(cpu "$3")
  sse=$(taskset -c 0 "$work/loadtool" sse -url "$at" -body "$work/$1.sbody" -headers "$work/$1.headers" -c 100 "-d=${seconds}s")
  d=$(cpu "$3")
  node -e '
    const [name, w, s, whole, stream] = process.argv.slice(1);
    const { n, secs, bad } = JSON.parse(w), { events, bad: broken } = JSON.parse(s);
    console.log(JSON.stringify({ name, cpuUsAnswer: whole / n, perSecond: n / secs, cpuUsEvent: stream / events, bad: bad + broken }))' \
    "$1" "$whole" "$sse" $((b - a)) $((d - c)) | tee -a "$work/rows" >&2
}
warm() { # name url
  BENCH_BODY=$work/$1.body BENCH_HEADERS=$work/$1.headers taskset -c 0 wrk -t1 -c32 "-d${WARM_FIRST:-30}s" --timeout 10s -s "$here/limit/post.lua" "$2/chat/completions" >"$work/warm"
}
for i in "${!names[@]}"; do warm "${names[i]}" "${urls[i]}"; done
for ((round = 0; round < ${ROUNDS:-3}; round++)); do
  for i in "${!names[@]}"; do measure "${names[i]}" "${urls[i]}" "${pids[i]}"; done
done
node -e '
  const rows = require("fs").readFileSync(process.argv[1], "utf8").trim().split("\n").map(JSON.parse)
  const names = [...new Set(rows.map(({ name }) => name))]
  const of = (name, key) => rows.filter((row) => row.name === name).map((row) => row[key])
  const median = (xs) => xs.toSorted((a, b) => a - b)[Math.floor(xs.length / 2)]
  const ratio = (name, key) => median(of(name, key).map((x, i) => x / of("limit", key)[i]))
  console.log("| | CPU an answer | x limit | answers/s | CPU an event | x limit |\n|-|-|-|-|-|-|")
  for (const name of names)
    console.log(`| ${name} | ${median(of(name, "cpuUsAnswer")).toFixed(0)} us | ${ratio(name, "cpuUsAnswer").toFixed(2)} | ${median(of(name, "perSecond")).toFixed(0)} | ${median(of(name, "cpuUsEvent")).toFixed(1)} us | ${ratio(name, "cpuUsEvent").toFixed(2)} |`)' "$work/rows"
