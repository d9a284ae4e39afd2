const hourMs = 60 * 60 * 1000;

/** How long a sample is kept, and with it what became of it in mirrors. */
export const keptForMs = 7 * 24 * hourMs;

/** How long a request is kept as it came, where redaction has altered its sample: from its arrival on, at most. */
export const freshForMs = hourMs;
