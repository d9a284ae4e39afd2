# One image for every role: the compose file says which program a container runs.
FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /sluice
COPY package.json package-lock.json .npmrc ./
# The runtime comes with the image, PostgreSQL and the Temporal server are services of their own.
RUN npm ci --omit=dev --omit=optional

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /sluice
COPY --from=dependencies /sluice/node_modules node_modules
COPY package.json ./
COPY bin bin
COPY domain domain
COPY analysis analysis
COPY config-store config-store
COPY workflows workflows
COPY activities activities
COPY evals evals
COPY workers workers
COPY api api
COPY gateway gateway
COPY cli cli
RUN mkdir /var/lib/sluice && chown node:node /var/lib/sluice
USER node
VOLUME /var/lib/sluice
ENV SLUICE_STATE_DIR=/var/lib/sluice
ENTRYPOINT ["node"]
CMD ["cli/main.ts", "--help"]
