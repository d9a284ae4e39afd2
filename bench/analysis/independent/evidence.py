"""The evidence of bad events from docs/design/design.md, section 7, written a second time: another language, no code of
Sluice, ordinary products in decimals of forty digits. Reads schedules as JSON lines, each with what Sluice has said, and
prints how far the two are apart. Usage: node bench/analysis/mass-agreement.ts
"""

import json
import sys
from decimal import Decimal, getcontext

getcontext().prec = 40
ONE = Decimal(1)


def due_parts(steps, looks):
    """Of the mass 1 what enters with each look: 0.4 at the first step's start, 0.4 in equal parts at the starts of the
    following ones (0.8 where there is one step), 0.2 evenly over the planned hold; the rest of the time moves nothing."""
    total = sum(hold for _, hold in steps)
    held = {}
    parts = []
    for stage, elapsed in looks:
        names = [name for name, _ in steps]
        if stage not in names:
            parts.append(Decimal(0))
            continue
        index = names.index(stage)
        if stage in held:
            start = Decimal(0)
        elif len(steps) == 1:
            start = Decimal("0.8")
        elif index == 0:
            start = Decimal("0.4")
        else:
            start = Decimal("0.4") / (len(steps) - 1)
        before = held.get(stage, 0)
        held[stage] = min(steps[index][1], before + elapsed)
        if total == 0:
            even = start / 4
        else:
            even = Decimal("0.2") * Decimal(held[stage] - before) / Decimal(total)
        parts.append(start + even)
    return parts


def evidence(steps, looks, rule, horizon):
    ratio, floor, least = Decimal(repr(rule["ratio"])), Decimal(repr(rule["floor"])), rule["least"]
    first = Decimal("1.15") if ratio == 1 else Decimal("1.3") * ratio
    growth = ((Decimal(100) / first).ln() / 31).exp()
    rhos = [first * growth**j for j in range(32)]
    raw = [((rho / ratio).ln() * Decimal("-0.25")).exp() for rho in rhos]
    weights = [each / sum(raw) for each in raw]
    wealth = [Decimal(0)] * 32
    reserve = ONE
    open_counts, begun = {}, set()
    parts = due_parts(steps, [(look["stage"], look["elapsedMs"]) for look in looks])
    for look, part in zip(looks, parts):
        moved = min(part, reserve)
        reserve -= moved
        wealth = [each + moved for each in wealth]
        for version, nc, xc, ns, xs in look[horizon]:
            was = open_counts.get(version, (0, 0, 0, 0))
            now = tuple(a + b for a, b in zip(was, (nc, xc, ns, xs)))
            open_counts[version] = now
            needed = max(2, 0 if version in begun else least)
            if now[0] < needed or now[2] < 1:
                continue
            begun.add(version)
            del open_counts[version]
            n_c, x_c, n_s, x_s = now
            q_null = ratio * n_c / (ratio * n_c + n_s)
            for j, rho in enumerate(rhos):
                q = rho * n_c / (rho * n_c + n_s)
                a, b = q / q_null, (1 - q) / (1 - q_null)
                wealth[j] *= a**x_c * b**x_s * (-n_c * floor * (a - 1)).exp()
    return sum(w * a for w, a in zip(weights, wealth)) + reserve


def main():
    largest, schedules, guardrails = Decimal(0), 0, 0
    for line in sys.stdin:
        schedule = json.loads(line)
        steps = [(step["stage"], step["holdMs"]) for step in schedule["steps"]]
        schedules += 1
        for said in schedule["said"]:
            both = [evidence(steps, schedule["looks"], said, horizon) for horizon in ("short", "long")]
            # The larger of the halves.
            own = (max(both) / 2).ln()
            largest = max(largest, abs(own - Decimal(repr(said["logE"]))))
            guardrails += 1
    print(f"{schedules} schedules, {guardrails} evidences: at most {largest:.2e} apart in the natural logarithm")
    return 0 if schedules > 0 and largest < Decimal("1e-9") else 1


sys.exit(main())
