# Builds Cairn and runs it as nobody in particular, with its data in one volume.
FROM rust:1-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /cairn
COPY Cargo.toml Cargo.lock rustfmt.toml ./
COPY src src
COPY guides guides
COPY migrations migrations
COPY tests tests
COPY benches benches
RUN cargo build --profile dist --locked --bin cairn

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /data cairn && install -d -o cairn -g cairn /data
COPY --from=build /cairn/target/dist/cairn /usr/local/bin/cairn
COPY --from=build /etc/ssl/certs /etc/ssl/certs
USER cairn
WORKDIR /data
VOLUME /data
ENV CAIRN_DATA_DIR=/data CAIRN_WEB_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["cairn", "health"]
ENTRYPOINT ["cairn"]
CMD ["run"]
